-- What was spent on a platform and what it brought, over some business days, and the return on it. One branch of a
-- union over platforms. Clean spend is the latest version of each fact; raw spend is what a sum over the table answers.
--
-- Amounts that are there and no NUMERIC are in no sum, and counted: of what is attributed, and of the latest versions.
--
-- Days are complete or not for both alike only where both sources reach the same day, so the last day of each is given.
SELECT
  {{n}} AS n,
  revenue.amount AS revenue,
  revenue.orders AS orders,
  revenue.last_day AS last_revenue_day,
  spend.clean AS spend,
  spend.raw AS spend_raw,
  spend.last_day AS last_spend_day,
  ROUND(SAFE_DIVIDE(revenue.amount, spend.clean), 4) AS roas,
  ROUND(SAFE_DIVIDE(revenue.amount, spend.raw), 4) AS roas_raw,
  revenue.unreadable AS revenue_unreadable,
  spend.unreadable AS spend_unreadable
FROM (
  SELECT
    SUM(IF(is_attributed, amount, NULL)) AS amount,
    COUNTIF(is_attributed) AS orders,
    COUNTIF(is_attributed AND has_amount AND amount IS NULL) AS unreadable,
    MAX(business_day) AS last_day
  FROM (
    SELECT
      {{revenue_day}} AS business_day,
      SAFE_CAST(CAST({{revenue_amount}} AS STRING) AS NUMERIC) AS amount,
      {{revenue_amount}} IS NOT NULL AS has_amount,
      COALESCE(LOWER(TRIM(CAST({{attributed_by}} AS STRING))) IN UNNEST(@is_{{n}}), FALSE) AS is_attributed,
      {{revenue_version}} AS version
    FROM
      `{{revenue_table}}`
    WHERE
      {{revenue_arrived}}
  )
  WHERE
    version = 1
    AND business_day BETWEEN @first_day_{{n}} AND @last_day_{{n}}
) AS revenue
CROSS JOIN (
  SELECT
    SUM(amount) AS raw,
    SUM(IF(version = 1, amount, NULL)) AS clean,
    COUNTIF(version = 1 AND has_amount AND amount IS NULL) AS unreadable,
    MAX(IF(amount IS NULL, NULL, business_day)) AS last_day
  FROM (
    SELECT
      {{spend_day}} AS business_day,
      SAFE_CAST(CAST({{spend_amount}} AS STRING) AS NUMERIC) AS amount,
      {{spend_amount}} IS NOT NULL AS has_amount,
      {{spend_version}} AS version
    FROM
      `{{spend_table}}`
    WHERE
      {{spend_arrived}}
  )
  WHERE
    business_day BETWEEN @first_day_{{n}} AND @last_day_{{n}}
) AS spend
