-- Returns the record of the last run up to @now. Reads only the days since @from.
SELECT
  summary
FROM
  `{{ops}}.runs`
WHERE
  function = 'reconciliation'
  AND schedule_time >= @from
  AND schedule_time <= @now
ORDER BY
  schedule_time DESC
LIMIT
  1
