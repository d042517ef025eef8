-- Counts how many rows of today's clean view would disappear with another key or another raw table. If the wanted
-- view counts several of today's rows as one fact, one of them remains. Facts that are missing in the raw table
-- disappear.
-- Facts are compared as JSON, in which NULLs equal each other, as in PARTITION BY.
WITH
  today AS (
    SELECT
      TO_JSON_STRING(STRUCT({{key}})) AS fact
    FROM
      `{{view}}`
  ),
  wanted AS (
    SELECT
      TO_JSON_STRING(STRUCT({{key}})) AS fact
    FROM
      `{{table}}`
    GROUP BY
      fact
  )
SELECT
  COUNT(today.fact) AS today,
  COUNT(DISTINCT wanted.fact) AS staying
FROM
  today
LEFT JOIN
  wanted
ON
  today.fact = wanted.fact
