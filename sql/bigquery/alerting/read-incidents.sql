-- Returns the open incidents of a function, those closed after @since, and all incidents of the causes in @keys,
-- together with two facts about all of them. If there are no incidents, it returns one row with these two facts only.
-- Reads only.
-- `turn` counts all changes: every UPDATE increases it, an INSERT does not.
-- `decided_until` is the latest tick after @now that has changed an incident or recorded a run. A late tick reads it
-- to learn that it is stale.
-- Two runs of one tick may insert an incident twice: the row with the highest version counts.
WITH
  incidents AS (
    SELECT
      function,
      incident,
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
      ROW_NUMBER() OVER (PARTITION BY incident ORDER BY version DESC, changed_at DESC) AS nth
    FROM `{{ops}}.alert_state`
    WHERE function = @function
  ),
  decided AS (
    SELECT changed_at AS tick
    FROM `{{ops}}.alert_state`
    WHERE function = @function
    UNION ALL
    SELECT schedule_time AS tick
    FROM `{{ops}}.runs`
    WHERE function = @function
  ),
  facts AS (
    SELECT
      @function AS function,
      (SELECT COALESCE(SUM(version), 0) FROM `{{ops}}.alert_state` WHERE function = @function) AS turn,
      (SELECT MAX(tick) FROM decided WHERE tick > @now) AS decided_until
  )
SELECT
  incidents.incident,
  incidents.group_key,
  incidents.version,
  incidents.findings,
  incidents.notified_findings,
  incidents.notified_at,
  incidents.pending_notice,
  incidents.reminders,
  incidents.acknowledged,
  incidents.history,
  incidents.owners,
  incidents.severity,
  incidents.title,
  incidents.since,
  incidents.opened_at,
  incidents.changed_at,
  incidents.closed_at,
  facts.turn,
  facts.decided_until
FROM facts
LEFT JOIN incidents
  ON
    incidents.function = facts.function
    AND incidents.nth = 1
    AND (incidents.closed_at IS NULL OR incidents.closed_at > @since OR incidents.group_key IN UNNEST(@keys))
ORDER BY incidents.opened_at, incidents.incident
