-- Remembers what is about to be published, before it is: while nothing of the function has changed since it
-- was read, see `turn` in read-incidents. All of it, or nothing.
-- Two of these at once exclude each other: UPDATEs of one table conflict, and the later one runs again on
-- what the earlier one left, or fails and is tried again. So one run at a time speaks for a function, however
-- many have opened incidents of the same cause.
-- Idempotent: the same again meets another turn and does nothing.
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
