-- Records the notices of a run before they are published. It writes all of them, or none if an incident of the
-- function has changed since it was read, see `turn` in read-incidents.
-- Two concurrent runs exclude each other: UPDATEs of one table conflict, and BigQuery runs the later one again on the
-- new rows or fails it, which leads to a retry. So only one run at a time publishes for a function, even if several
-- have opened incidents of the same cause.
-- Idempotent: a repeated write meets another turn and changes nothing.
UPDATE `{{ops}}.alert_state` AS state
SET
  version = state.version + 1,
  findings = announced.findings,
  severity = announced.severity,
  pending_notice = announced.pending_notice,
  history = announced.history,
  changed_at = announced.changed_at
FROM UNNEST(@rows) AS announced
WHERE
  state.incident = announced.incident
  AND state.version = announced.version
  AND @turn = (
    SELECT COALESCE(SUM(known.version), 0)
    FROM `{{ops}}.alert_state` AS known
    WHERE known.function = @function
  )
