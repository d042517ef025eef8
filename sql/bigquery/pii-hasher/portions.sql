-- What is to be hashed, in portions of so many rows, in the order in which it arrived: rows that can be read, whenever they
-- arrived, and rows that never had anything to read and are not in the clean table yet, of those that arrived of late: an
-- older one that is not there has been deleted there, and would come back without its hashes. Rows of one instant are never
-- torn apart; rows without an arrival are a portion of their own. The bounds, where there are any, keep BigQuery to the
-- partitions of late, of the clean table too.
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
