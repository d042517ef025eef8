-- Returns the keys of facts that have more than one row, with their number of rows, when they arrived, and what a sum
-- over all of them counts. The most repeated fact comes first.
SELECT
  {{key}},
  COUNT(*) AS row_count,
  MIN({{arrival}}) AS first_arrival,
  MAX({{arrival}}) AS last_arrival,
  SUM({{amount}}) AS amount_of_all_rows
FROM
  `{{table}}`
WHERE
  {{arrived}}
GROUP BY
  {{key}}
HAVING
  COUNT(*) > 1
ORDER BY
  row_count DESC,
  {{key}}
LIMIT
  100
