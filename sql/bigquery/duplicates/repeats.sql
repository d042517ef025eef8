-- Are there rows at all that could contradict the key or the order: groups of more than one row that nothing tells
-- apart but their content? Reads no content, so in health a look costs the columns of key and order alone. One branch
-- of a union over views, with what makes a group: key and sync, or key and order.
--
-- Rows that do not say which sync brought them (`mark`) contradict nothing, and are counted.
SELECT
  {{n}} AS n,
  COALESCE(SUM(in_group), 0) AS looked_at,
  COALESCE(SUM(IF(is_marked, 0, in_group)), 0) AS unmarked,
  COUNTIF(is_marked AND in_group > 1) AS repeats
FROM (
  SELECT
    LOGICAL_AND({{mark}} IS NOT NULL) AS is_marked,
    COUNT(*) AS in_group
  FROM
    `{{table}}`
  WHERE
    {{arrived}}
  GROUP BY
    {{group}}
)
