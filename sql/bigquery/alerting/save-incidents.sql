-- Compare-and-set: a row changes only while it still has the version the change was decided from.
-- Two that update one row at once exclude each other, as UPDATEs do.
-- Idempotent: the same change again meets a higher version and does nothing. The number of affected rows
-- says how many were saved.
MERGE `{{ops}}.alert_state` AS state
USING UNNEST(@rows) AS changed
ON state.incident = changed.incident
WHEN MATCHED AND state.version = changed.version THEN
  UPDATE SET
    group_key = changed.group_key,
    version = changed.version + 1,
    findings = changed.findings,
    notified_findings = changed.notified_findings,
    notified_at = changed.notified_at,
    pending_notice = changed.pending_notice,
    reminders = changed.reminders,
    acknowledged = changed.acknowledged,
    history = changed.history,
    owners = changed.owners,
    severity = changed.severity,
    title = changed.title,
    since = changed.since,
    changed_at = changed.changed_at,
    closed_at = IF(changed.closed_as IS NULL, NULL, changed.changed_at),
    closed_as = changed.closed_as
