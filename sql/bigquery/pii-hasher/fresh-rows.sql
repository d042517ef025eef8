-- The rows of a portion as they are now, with the hashes that were made of them: a row that its owner has changed since it
-- was read has another digest and is left to the next run. Of each fact the version that arrived last comes first; where
-- two arrived in the same instant, the one whose columns have the higher values, so that two runs choose the same.
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
