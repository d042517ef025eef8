-- Inserts the incidents of causes that have no open incident. This happens before any notice is published.
-- Idempotent: the incident of a tick is inserted once. BigQuery lets two of these statements insert at once, because
-- a MERGE that only inserts conflicts with nothing. Then one cause has two incidents, or one incident has two rows.
-- announce-notices makes sure that only one of them is published.
MERGE `{{ops}}.alert_state` AS state
USING UNNEST(@rows) AS new_incident
ON state.incident = new_incident.incident
WHEN NOT MATCHED BY TARGET THEN
  INSERT (
    incident,
    function,
    group_key,
    version,
    findings,
    notified_findings,
    notified_at,
    pending_notice,
    reminders,
    acknowledged,
    history,
    owners,
    severity,
    title,
    since,
    opened_at,
    changed_at,
    closed_at,
    closed_as
  )
  VALUES (
    new_incident.incident,
    @function,
    new_incident.group_key,
    new_incident.version,
    new_incident.findings,
    new_incident.notified_findings,
    new_incident.notified_at,
    NULL,
    new_incident.reminders,
    NULL,
    new_incident.history,
    new_incident.owners,
    new_incident.severity,
    new_incident.title,
    new_incident.since,
    new_incident.opened_at,
    new_incident.changed_at,
    NULL,
    NULL
  )
