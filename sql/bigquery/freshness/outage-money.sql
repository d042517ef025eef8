-- Returns the money that an outage delayed: money per business day as it was visible when the source became stale
-- (@began) and as it is visible after the outage, in one scan. One branch of a union over sources whose loader never
-- repeats a row; outage-money-by-key.sql is for the others.
--
-- The days before the outage are read too, to estimate the value of a typical day.
SELECT
  {{n}} AS n,
  business_day,
  SUM(IF(arrival <= @began, amount, NULL)) AS amount_then,
  SUM(amount) AS amount_now,
  MAX(IF(arrival <= @began, arrival, NULL)) AS newest_arrival_then,
  MIN(IF(arrival > @began, arrival, NULL)) AS first_arrival_since
FROM (
  SELECT
    `{{arrival}}` AS arrival,
    {{business_day}} AS business_day,
    SAFE_CAST(CAST({{amount}} AS STRING) AS NUMERIC) AS amount
  FROM
    `{{table}}`
  WHERE
    `{{arrival}}` >= @from_{{n}}
    AND `{{arrival}}` <= @seen_until
)
WHERE
  business_day BETWEEN @first_day_{{n}} AND @last_day_{{n}}
GROUP BY
  business_day
