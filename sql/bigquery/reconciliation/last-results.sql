-- What the last run before @now found, one row a check and subject. Reads the days since @from only.
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
