-- Facts that two tables do not hold alike, of some days: on one side only, on another day, or with another amount. Keys
-- are compared as text; where a side has a fact more than once, the version that counts. A fact that one side lacks has no day there.
SELECT
  COALESCE(left_facts.fact_key, right_facts.fact_key) AS fact_key,
  left_facts.fact_day AS left_day,
  right_facts.fact_day AS right_day,
  left_facts.amount AS left_amount,
  right_facts.amount AS right_amount
FROM (
  SELECT
    fact_key,
    fact_day,
    amount
  FROM (
    SELECT
      {{left_key}} AS fact_key,
      {{left_day}} AS fact_day,
      {{left_amount}} AS amount,
      {{left_version}} AS fact_version
    FROM
      `{{left_table}}`
    WHERE
      COALESCE({{left_arrival}} >= @left_from, TRUE)
  )
  WHERE
    fact_version = 1
) AS left_facts
FULL JOIN (
  SELECT
    fact_key,
    fact_day,
    amount
  FROM (
    SELECT
      {{right_key}} AS fact_key,
      {{right_day}} AS fact_day,
      {{right_amount}} AS amount,
      {{right_version}} AS fact_version
    FROM
      `{{right_table}}`
    WHERE
      COALESCE({{right_arrival}} >= @right_from, TRUE)
  )
  WHERE
    fact_version = 1
) AS right_facts
ON
  left_facts.fact_key = right_facts.fact_key
WHERE
  (left_facts.fact_day IN UNNEST(@days) OR right_facts.fact_day IN UNNEST(@days))
  AND (
    left_facts.fact_day IS DISTINCT FROM right_facts.fact_day
    OR left_facts.amount IS DISTINCT FROM right_facts.amount
  )
ORDER BY
  COALESCE(left_facts.fact_day, right_facts.fact_day),
  fact_key
LIMIT
  100
