-- Returns the latest result of a subject within the days asked for. An empty alert log proves health only if the
-- subject was evaluated. Reads only the partitions of those days.
SELECT
  schedule_time,
  status
FROM `{{ops}}.check_results`
WHERE
  function = @function
  AND subject = @subject
  AND schedule_time > @since
  AND schedule_time <= @now
ORDER BY schedule_time DESC, status
LIMIT 1
