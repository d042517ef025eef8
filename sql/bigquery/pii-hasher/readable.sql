-- How many rows of a raw table can still be read: all that is to be hashed, however late it came. BigQuery counts a NULL as
-- no bytes, so this costs what is readable, and nothing of what was emptied. One branch of a union over tables.
SELECT
  {{n}} AS n,
  COUNT(*) AS readable_rows
FROM
  `{{raw}}` AS raw
WHERE
  {{readable}}
