-- The hashes of a clean table by key, for the next key to be put over them. Reads only.
SELECT
  {{texts}}
FROM
  `{{clean}}` AS kept
WHERE
  kept.`_key_generation` = @generation
