-- Counts the rows of a clean table that are still hashed by a key other than this one. Reads only.
SELECT
  COUNTIF(kept.`_key_generation` IS NULL OR kept.`_key_generation` != @generation) AS left_rows
FROM
  `{{clean}}` AS kept
