-- Replaces the hashes of one key by those of another in all rows of a clean table at once. Rights, descriptions and
-- all other properties of the table stay. Idempotent: swapped rows are left alone. With the keys exchanged it undoes
-- the swap.
UPDATE `{{clean}}` AS kept
SET
  {{assignments}},
  `_key_generation` = @to_generation
FROM `{{beside}}` AS beside
WHERE
  {{same_key}}
  AND kept.`_key_generation` = @from_generation
