-- Empties the rows of a portion of which the clean table holds the hashes, or a later version. A row that its owner has
-- changed since it was read has another digest and stays. Idempotent. BigQuery refuses the whole statement where a row
-- still is in the streaming buffer; with @arrived_before rows that arrived later are left out, and with
-- @hashed_before those that were hashed later. Of the clean table it reads what has arrived since the portion's first row,
-- since only that can be a version of it or a later one.
UPDATE `{{raw}}` AS raw
SET
  {{emptied}}
FROM (
  SELECT DISTINCT
    {{done_columns}}
  FROM
    `{{staged}}` AS staged
  INNER JOIN
    `{{clean}}` AS kept
  ON
    {{staged_key}}
  WHERE
    {{kept_since}}
    AND COALESCE(kept.`_hashed_at`, TIMESTAMP '1970-01-01 00:00:00+00') < @hashed_before
    AND ({{is_newer}} OR ({{is_same_version}} AND {{has_the_hashes}}))
) AS staged
WHERE
  {{portion}}
  AND {{to_be_emptied}}
  AND (raw.`{{arrival}}` IS NULL OR raw.`{{arrival}}` < @arrived_before)
  AND {{same_row}}
