-- Goes over from the hashes of one key to those of another, for all rows of a clean table at once: rights, descriptions and
-- everything else of it stay. Idempotent: rows that have gone over are left alone. Backwards it undoes itself.
UPDATE `{{clean}}` AS kept
SET
  {{assignments}},
  `_key_generation` = @to_generation
FROM `{{beside}}` AS beside
WHERE
  {{same_key}}
  AND kept.`_key_generation` = @from_generation
