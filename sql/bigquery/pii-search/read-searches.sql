-- Returns the last search of each table of some datasets, up to the tick.
SELECT
  searched_table,
  modified,
  fingerprint,
  row_count,
  whole,
  found,
  hash_columns,
  schedule_time
FROM
  `{{ops}}.pii_searches`
WHERE
  schedule_time <= @now
  AND EXISTS (SELECT 1 FROM UNNEST(@datasets) AS dataset WHERE STARTS_WITH(searched_table, CONCAT(dataset, '.')))
ORDER BY
  searched_table
