-- Returns the facts of some days that differ between two tables: facts that one side lacks, or that have another day
-- or another amount. Keys are compared as text. If a side has several versions of a fact, the latest one is compared.
-- A fact has no day on the side that lacks it.
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
