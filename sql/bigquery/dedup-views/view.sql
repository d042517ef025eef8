-- The query of a clean view: one row per fact of an append-mode table, the version that arrived last. The tie-break
-- orders versions of the same instant, so every run returns the same rows.
--
-- The columns are named one by one, so that the helper column that numbers the versions is not among them. WHERE TRUE
-- is there because BigQuery used to require a WHERE, GROUP BY or HAVING with QUALIFY.
SELECT
  {{columns}}
FROM
  `{{table}}`
WHERE
  TRUE
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY {{key}} ORDER BY {{order}}) = 1
