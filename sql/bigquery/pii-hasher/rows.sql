-- The rows of a portion, as far as hashing needs them: what tells them apart, and what is to be hashed. Values are in the
-- answer alone, never in a statement. `is_stored`: the clean table has this version of the row, or a later one.
SELECT
  {{texts}},
  CAST(COALESCE(raw.`{{arrival}}`, TIMESTAMP '1970-01-01 00:00:00+00') AS STRING) AS arrived,
  {{has_key}} AS has_key,
  {{erasable}} AS is_erasable,
  NOT ({{unseen}}) AS is_stored
FROM
  `{{raw}}` AS raw
LEFT JOIN (
  SELECT {{kept_columns}}
  FROM `{{clean}}` AS kept
  WHERE {{kept_since}}
) AS kept
ON
  {{kept_key}}
WHERE
  {{portion}}
  AND ({{readable}} OR ({{recent}} AND {{unseen}}))
