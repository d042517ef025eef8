-- Updates facts of which the clean table has an older version, and replaces hashes of a version that its loader has
-- changed since. An older version that arrives late changes nothing. Idempotent: an existing version is left alone.
-- An emptied value is NULL and says nothing about the original: it removes neither the hash of its version nor the
-- reason for a missing hash.
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
