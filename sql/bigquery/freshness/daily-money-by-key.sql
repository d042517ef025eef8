-- Returns the money per business day before a source became stale, for a loader that delivers the same fact again
-- (append mode, restated days). Only the latest version of each fact counts. One branch of a union over sources.
--
-- The amount orders two versions that arrived in the same instant, so the sum is the same on every run.
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
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY {{key}}
      ORDER BY `{{arrival}}` DESC, CAST({{amount}} AS STRING) DESC
    ) = 1
)
WHERE
  business_day BETWEEN @first_day_{{n}} AND @last_day_{{n}}
GROUP BY
  business_day
