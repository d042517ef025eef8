-- Returns the runs of the hashing function in the last hour, and its last run. A run starts when its tick is due or
-- later, so the partitions from @since on contain all of them.
SELECT
  COUNT(DISTINCT IF(schedule_time > @hour_ago, run_id, NULL)) AS runs,
  COUNT(DISTINCT IF(schedule_time > @hour_ago AND outcome != 'finished', run_id, NULL)) AS failed_runs,
  COUNT(DISTINCT IF(schedule_time > @hour_ago AND JSON_VALUE(summary, '$.quiet') = 'true', run_id, NULL)) AS quiet_runs,
  SUM(IF(schedule_time > @hour_ago, CAST(JSON_VALUE(summary, '$.bytes_billed') AS INT64), 0)) AS bytes_billed,
  MAX(schedule_time) AS last_run,
  MAX(IF(outcome = 'finished', schedule_time, NULL)) AS last_finished
FROM
  `{{ops}}.runs`
WHERE
  function = @function
  AND started_at >= @since
  AND schedule_time <= @now
