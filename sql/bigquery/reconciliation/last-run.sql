-- What the last run up to @now left of itself. Reads the days since @from only.
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
