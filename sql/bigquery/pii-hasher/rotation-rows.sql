-- Returns the hashes of a clean table by key. The next key is applied on top of them. Reads only.
SELECT
  {{texts}}
FROM
  `{{clean}}` AS kept
WHERE
  kept.`_key_generation` = @generation
