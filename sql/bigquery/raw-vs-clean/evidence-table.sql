-- Returns the keys of facts that are not exactly once in the clean table of hashes or not at least once in the raw
-- one, with their rows in each. Rows of the raw table with an incomplete key are not facts.
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
