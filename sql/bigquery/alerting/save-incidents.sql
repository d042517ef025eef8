-- Compare-and-set: changes a row only if it still has the version that the decision was based on.
-- Two concurrent writes to one row exclude each other, because UPDATEs of one table conflict.
-- Idempotent: a repeated write meets a higher version and changes nothing. The number of affected rows is the number
-- of saved incidents.
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
