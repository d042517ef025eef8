-- Returns the size of a table and when it was last written, or no row if the table does not exist. Reads metadata
-- only.
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
