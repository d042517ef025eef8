-- Money per business day over the days before a source fell silent, for a loader
-- that delivers the same fact again (append mode, restated days): the latest version
-- of each fact counts, once. One branch of a union over sources.
--
-- Two versions that arrived in the same instant are told apart by their amount, so
-- the sum is the same on every run.
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
