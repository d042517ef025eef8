-- Puts newer versions of facts into a clean table that has an older one, and newer hashes of a version whose owner has
-- changed what it says. An older version that comes late changes nothing. Idempotent: a version that is there is left
-- alone. What was emptied is NULL now and says nothing, so it takes no hash away from the version it belongs to,
-- nor the reason why it has none.
UPDATE `{{clean}}` AS kept
SET
  {{assignments}},
  `_raw_arrived_at` = fresh.`_raw_arrived_at`,
  `_unusable` = IF({{is_newer}}, fresh.`_unusable`, COALESCE(fresh.`_unusable`, kept.`_unusable`)),
  `_hashed_at` = @now,
  `_key_generation` = @generation
FROM (
  {{> pii-hasher/fresh-rows}}
) AS fresh
WHERE
  {{kept_key}}
  AND fresh.nth = 1
  AND ({{is_newer}} OR ({{is_same_version}} AND {{has_other_hashes}}))
