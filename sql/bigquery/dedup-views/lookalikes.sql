-- Returns the tables of a dataset that have all of these columns. It is asked if a raw table is missing, because the
-- table may have been renamed. Reads metadata only.
SELECT
  table_name
FROM
  `{{dataset}}.INFORMATION_SCHEMA.COLUMNS`
WHERE
  LOWER(column_name) IN UNNEST(@columns)
  AND table_name NOT IN UNNEST(@known)
GROUP BY
  table_name
HAVING
  COUNT(DISTINCT LOWER(column_name)) = ARRAY_LENGTH(@columns)
ORDER BY
  table_name
