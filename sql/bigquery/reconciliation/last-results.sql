-- Returns the results of the last run before @now, one row a check and subject. Reads only the days since @from.
SELECT
  check_name,
  subject,
  status,
  code,
  text,
  detail,
  schedule_time
FROM
  `{{ops}}.check_results`
WHERE
  function = 'reconciliation'
  AND schedule_time >= @from
  AND schedule_time < @now
QUALIFY
  schedule_time = MAX(schedule_time) OVER ()
ORDER BY
  check_name,
  subject
