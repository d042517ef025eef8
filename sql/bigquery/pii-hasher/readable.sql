-- Counts the readable rows of a raw table: all rows that are still to be hashed, however late they arrived. BigQuery
-- counts a NULL as no bytes, so the statement costs only what is still readable. One branch of a union over tables.
SELECT
  {{n}} AS n,
  COUNT(*) AS readable_rows
FROM
  `{{raw}}` AS raw
WHERE
  {{readable}}
