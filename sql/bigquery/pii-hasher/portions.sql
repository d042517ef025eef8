-- What is to be hashed, in portions of so many rows, in the order in which it arrived: rows that can be read, and rows
-- that never had anything to read and are not in the clean table yet. Rows of one instant are never torn apart; rows
-- without an arrival are a portion of their own. With @since only what has arrived from then on, so that BigQuery reads
-- those partitions alone, of the clean table too: what has a version of it, or a later one, arrived since as well.
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
      {{arrived}}
      AND ({{readable}} OR {{unseen}})
    GROUP BY
      arrived
  )
)
GROUP BY
  portion
ORDER BY
  portion
