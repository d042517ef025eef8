-- Which tables of a dataset have all of these columns? Asked when a raw table is gone: one of them may be it, under
-- another name. Metadata of one dataset, whatever is in it.
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
