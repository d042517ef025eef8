-- Returns the money per business day before a source became stale, to estimate the value of a typical day. One branch
-- of a union over sources whose loader never repeats a row; daily-money-by-key.sql is for the others.
SELECT
  {{n}} AS n,
  business_day,
  SUM(amount) AS amount,
  MAX(arrival) AS newest_arrival
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
