-- Returns the tables of a dataset with their columns and size, and when each was last written. One query for a
-- dataset, however many tables it has. Views are left out because they store no data. External tables are included,
-- although their last change is unknown.
SELECT
  listed.table_name,
  listed.table_type = 'EXTERNAL' AS is_external,
  ANY_VALUE(IF(listed.table_type = 'EXTERNAL', NULL, TIMESTAMP_MILLIS(kept.last_modified_time))) AS modified,
  COALESCE(ANY_VALUE(kept.size_bytes), 0) AS size_bytes,
  ARRAY_AGG(
    STRUCT(
      described.column_name AS name,
      described.data_type AS type,
      described.is_partitioning_column = 'YES' AS is_partitioning
    )
    ORDER BY
      described.ordinal_position,
      described.column_name
  ) AS table_columns
FROM
  `{{dataset}}.INFORMATION_SCHEMA.TABLES` AS listed
INNER JOIN
  `{{dataset}}.INFORMATION_SCHEMA.COLUMNS` AS described
ON
  described.table_name = listed.table_name
LEFT JOIN
  `{{dataset}}.__TABLES__` AS kept
ON
  kept.table_id = listed.table_name
WHERE
  listed.table_type NOT IN ('VIEW', 'MATERIALIZED VIEW')
GROUP BY
  listed.table_name,
  listed.table_type
ORDER BY
  listed.table_name
