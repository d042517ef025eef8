-- What earlier looks at these views found: the short form that the check keeps in its detail, one row a view and tick,
-- oldest first.
SELECT
  subject,
  schedule_time,
  JSON_QUERY(detail, '$.look') AS look
FROM
  `{{ops}}.check_results`
WHERE
  schedule_time >= @from
  AND schedule_time < @now
  AND check_name = 'duplicates'
  AND subject IN UNNEST(@subjects)
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY subject, schedule_time ORDER BY function) = 1
ORDER BY
  subject,
  schedule_time
