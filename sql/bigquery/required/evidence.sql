-- Returns facts with NULL in a required column: their keys and the names of those columns, and no value of any other
-- column. It covers the days from @first_day to @last_day and facts without a day.
SELECT
  {{key_columns}}
  fact_day,
  null_columns
FROM (
  SELECT
    {{key_columns}}
    {{business_day}} AS fact_day,
    {{null_columns}} AS null_columns,
    {{version}} AS fact_version
  FROM
    `{{table}}`
  WHERE
    {{arrived}}
)
WHERE
  fact_version = 1
  AND null_columns != ''
  AND (fact_day IS NULL OR fact_day BETWEEN @first_day AND @last_day)
ORDER BY
  {{key_columns}}
  fact_day,
  null_columns
LIMIT
  100
