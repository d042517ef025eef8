-- Counts the rows of a table by business day from @first_day to @last_day. A day without rows has a row with 0.
SELECT
  wanted_day,
  COALESCE(counted.row_count, 0) AS row_count
FROM
  UNNEST(GENERATE_DATE_ARRAY(@first_day, @last_day)) AS wanted_day
LEFT JOIN (
  SELECT
    {{business_day}} AS row_day,
    COUNT(*) AS row_count
  FROM
    `{{table}}`
  GROUP BY
    row_day
) AS counted
ON
  counted.row_day = wanted_day
ORDER BY
  wanted_day
