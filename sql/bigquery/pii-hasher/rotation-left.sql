-- How many rows of a clean table are still hashed by another key than this one. Reads only.
SELECT
  COUNTIF(kept.`_key_generation` IS NULL OR kept.`_key_generation` != @generation) AS left_rows
FROM
  `{{clean}}` AS kept
