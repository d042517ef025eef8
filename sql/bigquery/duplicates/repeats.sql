-- Counts rows that could contradict the key or the order: groups of more than one row that differ in nothing but
-- content. It reads no content, so a healthy check costs only the columns of key and order. One branch of a union
-- over views, with what makes a group: key and sync, or key and order.
--
-- Rows that do not name their sync (`mark`) cannot contradict, and are counted. The syncs are counted too: if nearly
-- every row has a sync of its own, no rows can be compared.
SELECT
  {{n}} AS n,
  COALESCE(SUM(in_group), 0) AS rows_compared,
  COALESCE(SUM(IF(mark IS NULL, in_group, 0)), 0) AS unmarked,
  COUNTIF(mark IS NOT NULL AND in_group > 1) AS repeats,
  COUNT(DISTINCT mark) AS marks
FROM (
  SELECT
    MIN({{mark}}) AS mark,
    COUNT(*) AS in_group
  FROM
    `{{table}}`
  WHERE
    {{arrived}}
  GROUP BY
    {{group}}
)
