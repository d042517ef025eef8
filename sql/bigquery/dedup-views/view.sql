-- The text of a clean view: one row per fact of an append-mode table, the version that arrived last. Two versions of
-- the same instant are told apart by the tie-break, so the same rows come out each time.
--
-- The columns are named one by one, so the helper that numbers the versions is none of them. WHERE TRUE because
-- BigQuery has long asked for a WHERE, GROUP BY or HAVING beside a QUALIFY.
SELECT
  {{columns}}
FROM
  `{{table}}`
WHERE
  TRUE
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY {{key}} ORDER BY {{order}}) = 1
