-- Returns facts of some days that changed after the day was final, @final_after seconds after its end: the arrival
-- and amount of all their versions. If the loader does not append, earlier versions are gone and only the late rows
-- are returned.
SELECT
  fact_key,
  fact_day,
  arrival,
  is_late,
  amount
FROM (
  SELECT
    fact_key,
    fact_day,
    arrival,
    is_late,
    amount,
    {{touched}} AS is_touched
  FROM (
    SELECT
      {{source_key}} AS fact_key,
      {{source_day}} AS fact_day,
      {{source_arrival}} AS arrival,
      COALESCE(
        {{source_arrival}} > TIMESTAMP_ADD(
          TIMESTAMP(DATE_ADD({{source_day}}, INTERVAL 1 DAY), @source_zone),
          INTERVAL @final_after SECOND
        ),
        FALSE
      ) AS is_late,
      COALESCE({{source_day}} IN UNNEST(@days), FALSE) AS is_of_day,
      {{source_amount}} AS amount
    FROM
      `{{source_table}}`
    WHERE
      COALESCE({{source_arrival}} >= @source_from, TRUE)
  )
)
WHERE
  is_touched
ORDER BY
  fact_key,
  arrival,
  amount
LIMIT
  100
