-- Counts groups of rows that should be one fact and differ: rows of one sync and one key, or rows with equal key and
-- order. Equal rows are plain repeats and contradict nothing. One branch of a union over views.
SELECT
  {{n}} AS n,
  COUNT(*) AS differing_groups,
  COALESCE(SUM(in_group), 0) AS differing_rows
FROM (
  SELECT
    COUNT(*) AS in_group
  FROM
    `{{table}}`
  WHERE
    {{arrived}}
    AND {{mark}} IS NOT NULL
  GROUP BY
    {{group}}
  HAVING
    MIN({{content}}) != MAX({{content}})
)
