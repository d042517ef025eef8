-- Compares facts and sums of a raw table with the rows of its clean view, by business day. Rows without a day are one
-- line; days outside @first_day to @last_day are another.
SELECT
  COALESCE(facts.bucket, kept.bucket) AS day,
  COALESCE(facts.row_count, 0) AS raw_facts,
  COALESCE(kept.row_count, 0) AS clean_rows,
  COALESCE(facts.row_count, 0) - COALESCE(kept.row_count, 0) AS rows_more,
  facts.amount AS raw_amount,
  kept.amount AS clean_amount,
  COALESCE(facts.amount, 0) - COALESCE(kept.amount, 0) AS amount_more
FROM (
  SELECT
    CASE
      WHEN fact_day IS NULL THEN 'no day'
      WHEN fact_day BETWEEN @first_day AND @last_day THEN CAST(fact_day AS STRING)
      ELSE 'other days'
    END AS bucket,
    COUNT(*) AS row_count,
    SUM(fact_amount) AS amount
  FROM (
    SELECT
      {{business_day}} AS fact_day,
      {{amount}} AS fact_amount,
      {{version}} AS fact_version
    FROM
      `{{table}}`
    WHERE
      {{arrived}}
  )
  WHERE
    fact_version = 1
    AND {{is_compared}}
  GROUP BY
    bucket
) AS facts
FULL JOIN (
  SELECT
    CASE
      WHEN fact_day IS NULL THEN 'no day'
      WHEN fact_day BETWEEN @first_day AND @last_day THEN CAST(fact_day AS STRING)
      ELSE 'other days'
    END AS bucket,
    COUNT(*) AS row_count,
    SUM(fact_amount) AS amount
  FROM (
    SELECT
      {{business_day}} AS fact_day,
      {{amount}} AS fact_amount
    FROM
      `{{view}}`
  )
  WHERE
    {{is_compared}}
  GROUP BY
    bucket
) AS kept
ON
  kept.bucket = facts.bucket
ORDER BY
  day
