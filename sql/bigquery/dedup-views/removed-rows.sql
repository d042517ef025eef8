-- How many of the rows that a clean view has today would be gone if it had another key or another raw table? Rows of
-- today that the wanted view counts as one fact leave one behind; facts that are not in the raw table leave none.
-- Facts are compared as JSON, in which NULLs equal each other, as they do in PARTITION BY.
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
