-- Facts that have more than one row, by their keys, with how many rows each has, when they came, and what a sum over
-- all of them counts. The most often repeated first.
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
