-- Returns the current rows of a portion with their hashes. A row that the loader has changed since it was read has
-- another digest and is left to the next run. The latest version of each fact comes first. If two versions arrived in
-- the same instant, the one with the higher column values comes first, so that two runs choose the same.
SELECT
  {{columns}},
  {{hashes}},
  raw.`{{arrival}}` AS `_raw_arrived_at`,
  staged.unusable AS `_unusable`,
  ROW_NUMBER() OVER (PARTITION BY {{key}} ORDER BY raw.`{{arrival}}` DESC, {{order}}) AS nth
FROM
  `{{raw}}` AS raw
INNER JOIN (
  SELECT DISTINCT
    {{staged_columns}}
  FROM
    `{{staged}}` AS staged
) AS staged
ON
  {{same_row}}
WHERE
  {{portion}}
