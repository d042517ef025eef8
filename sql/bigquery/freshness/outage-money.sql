-- What an outage kept back: money per business day as it could be seen when the source
-- fell silent (@began) and as it can be seen now that it is over, in one scan. One branch
-- of a union over sources whose loader never repeats a row; outage-money-by-key.sql is for
-- the others.
--
-- The days before the outage are read too: they say what a typical day is worth.
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
