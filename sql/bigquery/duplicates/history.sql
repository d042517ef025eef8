-- Returns the earlier results of these views in the short form that the check keeps in its detail, one row a view and
-- tick, oldest first.
SELECT
  subject,
  schedule_time,
  JSON_QUERY(detail, '$.look') AS look
FROM
  `{{ops}}.check_results`
WHERE
  schedule_time >= @from
  AND schedule_time < @now
  AND check_name = 'duplicate_rows'
  AND subject IN UNNEST(@subjects)
ORDER BY
  subject,
  schedule_time
