-- Rows and money of a raw table as they stand, and of the latest version of each fact, by the order of its clean view:
-- per business day. One branch of a union over views; it has no row where the table has none.
--
-- A row without an arrival is in the view, older than any other version, so it is here. A fact that moves to another
-- day with a later version counts as a duplicate on the day it left.
SELECT
  {{n}} AS n,
  business_day,
  COUNT(*) AS raw_rows,
  COUNTIF(version = 1) AS clean_rows,
  SUM(amount) AS amount_raw,
  SUM(IF(version = 1, amount, NULL)) AS amount_clean,
  SUM(amount) - COALESCE(SUM(IF(version = 1, amount, NULL)), 0) AS amount_overcounted,
  MAX(arrival) AS newest_arrival,
  COUNTIF(arrival IS NULL) AS rows_without_arrival,
  {{key_nulls}} AS key_nulls
FROM (
  SELECT
    `{{arrival}}` AS arrival,
    {{business_day}} AS business_day,
    SAFE_CAST(CAST({{amount}} AS STRING) AS NUMERIC) AS amount,
    {{null_flags}} AS null_flags,
    {{version}} AS version
  FROM
    `{{table}}`
  WHERE
    `{{arrival}}` <= @seen_until
    OR `{{arrival}}` IS NULL
)
GROUP BY
  business_day
