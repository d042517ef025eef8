-- Checks whether the new hashes beside a clean table can replace its own: every row has a pair; each column has as
-- many different hashes and as many rows without one as before; each old hash has one new hash. Rows that were
-- already swapped are compared with their new hashes.
SELECT
  clean_side.clean_rows,
  beside_side.beside_rows,
  pair_side.paired_rows,
  beside_side.old_hashes,
  beside_side.new_hashes,
  beside_side.pairs,
  beside_side.old_nulls,
  beside_side.new_nulls
FROM (
  SELECT COUNT(*) AS clean_rows
  FROM `{{clean}}` AS kept
) AS clean_side
CROSS JOIN (
  SELECT
    COUNT(*) AS beside_rows,
    {{old_hashes}} AS old_hashes,
    {{new_hashes}} AS new_hashes,
    {{pairs}} AS pairs,
    {{old_nulls}} AS old_nulls,
    {{new_nulls}} AS new_nulls
  FROM `{{beside}}` AS beside
) AS beside_side
CROSS JOIN (
  SELECT COUNT(*) AS paired_rows
  FROM `{{clean}}` AS kept
  INNER JOIN `{{beside}}` AS beside
    ON {{same_key}}
  WHERE
    (kept.`_key_generation` = @old_generation AND {{has_old}})
    OR (kept.`_key_generation` = @new_generation AND {{has_new}})
) AS pair_side
