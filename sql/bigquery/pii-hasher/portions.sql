-- Divides the rows to be hashed into portions of a given size, ordered by arrival. These are all readable rows, and
-- the recent rows that never had a readable value and are not in the clean table yet. An older row that is missing in
-- the clean table was deleted there, and must not come back without its hashes. Rows of one instant stay in one
-- portion; rows without an arrival are a portion of their own. The bounds, if given, limit the scan of both tables to
-- recent partitions.
SELECT
  portion,
  MIN(arrived) AS first_arrival,
  MAX(arrived) AS last_arrival,
  SUM(row_count) AS row_count,
  SUM(readable_rows) AS readable_rows
FROM (
  SELECT
    arrived,
    row_count,
    readable_rows,
    IF(
      arrived IS NULL,
      -1,
      DIV(SUM(IF(arrived IS NULL, 0, row_count)) OVER (ORDER BY arrived) - 1, @rows_per_portion)
    ) AS portion
  FROM (
    SELECT
      raw.`{{arrival}}` AS arrived,
      COUNT(*) AS row_count,
      COUNTIF({{readable}}) AS readable_rows
    FROM
      `{{raw}}` AS raw
    LEFT JOIN (
      SELECT {{kept_columns}}
      FROM `{{clean}}` AS kept
      WHERE {{kept_since}}
    ) AS kept
    ON
      {{kept_key}}
    WHERE
      {{bounds}}
      AND ({{readable}} OR ({{recent}} AND {{unseen}}))
    GROUP BY
      arrived
  )
)
GROUP BY
  portion
ORDER BY
  portion
