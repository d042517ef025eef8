-- Returns the columns of a portion's rows that hashing needs: key, versions and the values to hash. The values are
-- only in the answer, never in a statement. `is_stored` is true if the clean table has this version of the row or a
-- later one.
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
