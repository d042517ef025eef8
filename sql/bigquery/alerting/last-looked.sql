-- The latest verdict about a subject within the days asked for: silence is worth something only where somebody
-- has looked. Reads only the partitions of those days.
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
