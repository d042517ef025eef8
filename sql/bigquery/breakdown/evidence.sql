-- Compares the totals of a table with the totals of its breakdown on some days: facts, sums, and the surplus of the
-- breakdown.
SELECT
  COALESCE(base.fact_day, cut.fact_day) AS day,
  COALESCE(base.facts, 0) AS base_facts,
  COALESCE(cut.facts, 0) AS breakdown_facts,
  base.amount AS base_amount,
  cut.amount AS breakdown_amount,
  COALESCE(cut.amount, 0) - COALESCE(base.amount, 0) AS amount_more
FROM (
  SELECT
    fact_day,
    COUNT(*) AS facts,
    SUM(amount) AS amount
  FROM (
    SELECT
      {{base_day}} AS fact_day,
      {{base_amount}} AS amount,
      {{base_version}} AS fact_version
    FROM
      `{{base_table}}`
    WHERE
      COALESCE({{base_arrival}} >= @base_from, TRUE)
  )
  WHERE
    fact_version = 1
    AND fact_day IN UNNEST(@days)
  GROUP BY
    fact_day
) AS base
FULL JOIN (
  SELECT
    fact_day,
    COUNT(*) AS facts,
    SUM(amount) AS amount
  FROM (
    SELECT
      {{cut_day}} AS fact_day,
      {{cut_amount}} AS amount,
      {{cut_version}} AS fact_version
    FROM
      `{{cut_table}}`
    WHERE
      COALESCE({{cut_arrival}} >= @cut_from, TRUE)
  )
  WHERE
    fact_version = 1
    AND fact_day IN UNNEST(@days)
  GROUP BY
    fact_day
) AS cut
ON
  cut.fact_day = base.fact_day
ORDER BY
  day
