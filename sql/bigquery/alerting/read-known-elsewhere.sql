-- What people were told by other functions, is not over, and was found after @since, where every tick that finds
-- it leaves a row. Reads only.
-- Two runs of one tick may have inserted an incident twice: both say the same, or the row that says less was
-- never told.
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
