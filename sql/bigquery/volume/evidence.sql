-- How large a table is and when it was last written; no row where it is not there. It reads metadata only.
SELECT
  table_id,
  row_count,
  size_bytes,
  TIMESTAMP_MILLIS(creation_time) AS created,
  TIMESTAMP_MILLIS(last_modified_time) AS modified
FROM
  `{{dataset}}.__TABLES__`
WHERE
  table_id = @table
