-- Returns the money that an outage delayed: money per business day as it was visible when the source became stale
-- (@began) and as it is visible after the outage, in one scan. It is for a loader that delivers the same fact again:
-- at each instant the latest version of each fact counts. One branch of a union over sources.
--
-- The clocks are taken over all versions, because the latest version of an old day may have arrived long after its
-- first. The amount orders versions of one instant, so the sums are the same on every run.
SELECT
  {{n}} AS n,
  business_day,
  SUM(IF(was_latest, amount, NULL)) AS amount_then,
  SUM(IF(is_latest, amount, NULL)) AS amount_now,
  MAX(IF(arrival <= @began, arrival, NULL)) AS newest_arrival_then,
  MIN(IF(arrival > @began, arrival, NULL)) AS first_arrival_since
FROM (
  SELECT
    `{{arrival}}` AS arrival,
    {{business_day}} AS business_day,
    SAFE_CAST(CAST({{amount}} AS STRING) AS NUMERIC) AS amount,
    ROW_NUMBER() OVER (
      PARTITION BY {{key}}
      ORDER BY `{{arrival}}` DESC, CAST({{amount}} AS STRING) DESC
    ) = 1 AS is_latest,
    `{{arrival}}` <= @began
    AND ROW_NUMBER() OVER (
      PARTITION BY {{key}}, `{{arrival}}` <= @began
      ORDER BY `{{arrival}}` DESC, CAST({{amount}} AS STRING) DESC
    ) = 1 AS was_latest
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
