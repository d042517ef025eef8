-- Opens incidents for causes that have none open.
-- Idempotent: a cause that has an open incident keeps it; of two runs at once, the second inserts nothing.
MERGE `{{ops}}.alert_state` AS state
USING UNNEST(@rows) AS new_incident
ON
  state.function = @function
  AND state.group_key = new_incident.group_key
  AND state.closed_at IS NULL
WHEN NOT MATCHED BY TARGET THEN
  INSERT (
    incident,
    function,
    group_key,
    version,
    findings,
    told,
    told_at,
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
    new_incident.told,
    new_incident.told_at,
    new_incident.severity,
    new_incident.title,
    new_incident.since,
    new_incident.opened_at,
    new_incident.changed_at,
    NULL,
    NULL
  )
