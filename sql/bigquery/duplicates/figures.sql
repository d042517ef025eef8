-- Counts rows and money of a raw table, of all rows and of the latest version of each fact in the order of its clean
-- view, per business day. One branch of a union over views; it returns no row if the table has none.
--
-- A row without an arrival is in the view as the oldest version, so it is counted here. A fact that moves to another
-- day with a later version counts as a duplicate on the day it left. Rows that arrive later than @seen_until are
-- counted separately and in no other figure; those that arrive after @known_until come from the future.
--
-- `settled_rows` counts the rows that arrived before @settled; repeats.sql and contradictions.sql skip them if they
-- read later arrivals only.
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
  {{key_nulls}} AS key_nulls,
  is_seen,
  COUNTIF(has_amount AND amount IS NULL) AS unreadable_amounts,
  COUNTIF(arrival < @settled) AS settled_rows,
  COUNTIF(arrival > @known_until) AS rows_in_future
FROM (
  SELECT
    `{{arrival}}` AS arrival,
    COALESCE(`{{arrival}}` <= @seen_until, TRUE) AS is_seen,
    {{business_day}} AS business_day,
    SAFE_CAST(CAST({{amount}} AS STRING) AS NUMERIC) AS amount,
    {{amount}} IS NOT NULL AS has_amount,
    {{null_flags}} AS null_flags,
    ROW_NUMBER() OVER (
      PARTITION BY {{key}}, COALESCE(`{{arrival}}` <= @seen_until, TRUE)
      ORDER BY {{latest_first}}
    ) AS version
  FROM
    `{{table}}`
)
GROUP BY
  business_day,
  is_seen
