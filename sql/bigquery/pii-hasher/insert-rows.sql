-- Inserts facts that the clean table does not have yet. Idempotent: existing facts are left alone. It runs under the
-- lease, so that no two of these statements run at once. It reads only the key of the clean table.
INSERT INTO `{{clean}}` ({{column_list}}, {{hash_columns}}, `_raw_arrived_at`, `_unusable`, `_hashed_at`, `_key_generation`)
SELECT
  {{column_list}},
  {{hash_columns}},
  `_raw_arrived_at`,
  `_unusable`,
  @now,
  @generation
FROM (
  {{> pii-hasher/fresh-rows}}
) AS fresh
WHERE
  fresh.nth = 1
  AND NOT EXISTS (
    SELECT 1
    FROM `{{clean}}` AS kept
    WHERE {{kept_key}}
  )
