-- Puts facts into a clean table that it does not have yet. Idempotent: what is there is left alone. Under the lease, so
-- that no two of these run at once. It reads the key of the clean table and nothing else of it.
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
