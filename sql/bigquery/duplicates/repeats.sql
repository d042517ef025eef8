-- Are there rows at all that could contradict the key or the order: groups of more than one row that nothing tells
-- apart but their content? Reads no content, so in health a look costs the columns of key and order alone. One branch
-- of a union over views, with what makes a group: key and sync, or key and order.
--
-- Rows that do not say which sync brought them (`mark`) contradict nothing, and are counted. So are the syncs: where
-- nearly every row has one of its own, nothing is ever compared.
SELECT
  {{n}} AS n,
  COALESCE(SUM(in_group), 0) AS looked_at,
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
