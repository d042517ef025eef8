-- Returns when the newest row of a source arrived, and the newest business day among the rows that had arrived by
-- then. One branch of a union over sources.
--
-- Rows from the future are counted separately: a MAX over them would call the source fresh for ever. The lower bound
-- on the arrival column lets BigQuery prune partitions. The upper bound lets an evaluation of a past instant see only
-- the rows of that time, and leaves a margin for rows that arrive during the tick.
SELECT
  {{n}} AS n,
  MAX(IF(arrival <= @seen_until, arrival, NULL)) AS newest_arrival,
  MAX(IF(arrival <= @seen_until AND business_day <= DATE(@now, @zone_{{n}}), business_day, NULL)) AS newest_business_day,
  COUNTIF(arrival > @known_until) AS arrivals_in_future,
  MAX(arrival) AS farthest_arrival
FROM (
  SELECT
    `{{arrival}}` AS arrival,
    {{business_day}} AS business_day
  FROM
    `{{table}}`
  WHERE
    `{{arrival}}` >= @from_{{n}}
)
