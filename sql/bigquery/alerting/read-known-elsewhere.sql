-- Returns open incidents of other functions that were notified and have a log row after @since. Every tick that still
-- finds an incident adds a log row. Reads only.
-- Two runs of one tick may have inserted an incident twice: both rows have the same findings, or the older row was
-- never notified.
SELECT DISTINCT
  title,
  notified_findings
FROM `{{ops}}.alert_state`
WHERE
  function != @function
  AND closed_at IS NULL
  AND notified_at IS NOT NULL
  AND incident IN (
    SELECT log.incident
    FROM `{{ops}}.alert_log` AS log
    WHERE log.schedule_time > @since
  )
ORDER BY title, notified_findings
