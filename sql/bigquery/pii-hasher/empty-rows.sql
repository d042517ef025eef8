-- Sets the PII columns of a portion's rows to NULL if the clean table has the hashes of these rows or a later
-- version. A row that the loader has changed since it was read has another digest and stays as it is. Idempotent.
-- BigQuery refuses the whole statement if a row is still in the streaming buffer: @arrived_before leaves out rows
-- that arrived later, and @hashed_before those that were hashed later. The statement reads only the part of the clean
-- table that arrived since the portion's first row, because earlier rows cannot be versions of the portion's rows.
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
