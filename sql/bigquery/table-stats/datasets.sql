-- Returns every table and view of a dataset with its size and last write, and the columns of the tables asked for.
-- One query for a dataset, however many tables it has. Reads metadata only.
SELECT
  kept.table_id,
  TIMESTAMP_MILLIS(kept.creation_time) AS created,
  TIMESTAMP_MILLIS(kept.last_modified_time) AS modified,
  kept.row_count,
  kept.size_bytes,
  kept.type,
  described.table_columns
FROM
  `{{dataset}}.__TABLES__` AS kept
LEFT JOIN (
  SELECT
    table_name,
    ARRAY_AGG(STRUCT(column_name AS name, data_type AS type) ORDER BY ordinal_position, column_name) AS table_columns
  FROM
    `{{dataset}}.INFORMATION_SCHEMA.COLUMNS`
  WHERE
    table_name IN UNNEST(@tables)
  GROUP BY
    table_name
) AS described
ON
  described.table_name = kept.table_id
ORDER BY
  kept.table_id
