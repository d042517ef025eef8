-- Compares a raw table that has PII with its clean table, in counts: readable values, hashed values, values without a
-- hash and the reason, and missing facts. Counts by column are in the order of the warehouse file. One branch of a
-- union over tables. It reads only the key and the readable values of the raw table; BigQuery counts a NULL as no
-- bytes.
SELECT
  {{n}} AS n,
  raw_side.raw_rows,
  raw_side.readable_rows,
  raw_side.readable,
  clean_side.clean_rows,
  clean_side.clean_keys,
  clean_side.other_generations,
  clean_side.hashed,
  clean_side.never_given,
  clean_side.unusable,
  clean_side.other_formats,
  missing_side.missing_keys
FROM (
  SELECT
    COUNT(*) AS raw_rows,
    COUNTIF({{readable}}) AS readable_rows,
    {{readable_counts}} AS readable
  FROM
    `{{raw}}` AS raw
) AS raw_side
CROSS JOIN (
  SELECT
    COUNT(*) AS clean_rows,
    COUNT(DISTINCT {{key_text}}) AS clean_keys,
    COUNTIF(COALESCE(kept.`_key_generation`, 0) != @generation) AS other_generations,
    {{hashed_counts}} AS hashed,
    {{never_given_counts}} AS never_given,
    {{unusable_counts}} AS unusable,
    {{other_format_counts}} AS other_formats
  FROM
    `{{clean}}` AS kept
) AS clean_side
CROSS JOIN (
  SELECT
    COUNT(*) AS missing_keys
  FROM (
    SELECT DISTINCT
      {{raw_key}}
    FROM
      `{{raw}}` AS raw
    WHERE
      {{has_key}}
  ) AS raw
  LEFT JOIN
    `{{clean}}` AS kept
  ON
    {{kept_key}}
  WHERE
    kept.`{{first_key}}` IS NULL
) AS missing_side
