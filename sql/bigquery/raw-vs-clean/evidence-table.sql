-- Facts that are not once in the clean table of hashes and at least once in the raw one, by their keys, with their rows
-- in each. Rows of the raw table without a whole key are no facts.
SELECT
  {{either_key}}
  COALESCE(raw.row_count, 0) AS raw_rows,
  COALESCE(kept.row_count, 0) AS clean_rows
FROM (
  SELECT
    {{key}},
    COUNT(*) AS row_count
  FROM
    `{{table}}`
  WHERE
    {{has_key}}
  GROUP BY
    {{key}}
) AS raw
FULL JOIN (
  SELECT
    {{key}},
    COUNT(*) AS row_count
  FROM
    `{{clean}}`
  GROUP BY
    {{key}}
) AS kept
ON
  {{same_key}}
WHERE
  raw.row_count IS NULL
  OR kept.row_count IS NULL
  OR kept.row_count > 1
ORDER BY
  clean_rows,
  raw_rows,
  {{key}}
LIMIT
  100
