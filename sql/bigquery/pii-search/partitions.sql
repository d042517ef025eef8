-- Returns the partitions of some tables and when each was last written. BigQuery answers for at most 1,000 tables of
-- a dataset.
SELECT
  table_name,
  partition_id,
  last_modified_time
FROM
  `{{dataset}}.INFORMATION_SCHEMA.PARTITIONS`
WHERE
  table_name IN UNNEST(@tables)
  AND partition_id IS NOT NULL
ORDER BY
  table_name,
  partition_id
