-- Returns one incident of a function, open or closed. Without @incident it returns the incidents that were open at
-- @now. Reads only.
-- Two runs of one tick may have inserted an incident twice: the row with the highest version counts.
WITH
  incidents AS (
    SELECT
      incident,
      group_key,
      version,
      title,
      severity,
      findings,
      notified_findings,
      notified_at,
      pending_notice,
      reminders,
      acknowledged,
      history,
      owners,
      since,
      opened_at,
      changed_at,
      closed_at,
      closed_as,
      ROW_NUMBER() OVER (PARTITION BY incident ORDER BY version DESC, changed_at DESC) AS nth
    FROM `{{ops}}.alert_state`
    WHERE function = @function
  )
SELECT
  incident,
  group_key,
  version,
  title,
  severity,
  findings,
  notified_findings,
  notified_at,
  pending_notice,
  reminders,
  acknowledged,
  history,
  owners,
  since,
  opened_at,
  changed_at,
  closed_at,
  closed_as
FROM incidents
WHERE
  nth = 1
  AND (
    incident = @incident
    OR (@incident IS NULL AND opened_at <= @now AND (closed_at IS NULL OR closed_at > @now))
  )
ORDER BY opened_at, incident
