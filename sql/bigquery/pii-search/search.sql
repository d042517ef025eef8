-- Counts readable PII in the text columns of a table: one row per field, with counts and no values. One branch of a
-- union over tables. All fields of a row are cells of one array, so the table is read once for all patterns. Equal
-- cells are matched once, because names and states repeat in most rows.
--
-- `candidate` is a text that may be a canary, folded like the canary's digest: the whole cell, and each address,
-- number or hash in it. The whole cell is the first candidate (place 0), so the row counts use that one only.
SELECT
  {{n}} AS n,
  field,
  SUM(IF(place = 0, cells, 0)) AS row_count,
  SUM(IF(place = 0 AND text IS NULL, cells, 0)) AS null_count,
  SUM(IF(place = 0 AND LENGTH(text) = 64 AND REGEXP_CONTAINS(text, r'^[0-9a-f]{64}$'), cells, 0)) AS hash_count,
  SUM(IF(place = 0 AND has_at AND REGEXP_CONTAINS(REGEXP_REPLACE(folded, @email_lookalike, ''), @email), cells, 0)) AS emails,
  SUM(
    IF(
      place = 0
      AND worth_a_look
      AND (
        (NOT is_word AND REGEXP_CONTAINS(folded, @phone))
        OR (digits != 'identifier' AND REGEXP_CONTAINS(folded, @national_phone))
        OR (digits = 'phone' AND REGEXP_CONTAINS(folded, @bare_phone))
      ),
      cells,
      0
    )
  ) AS phones,
  SUM(IF(digest IN UNNEST(@canaries_plain), cells, 0)) AS canaries_plain,
  SUM(IF(digest IN UNNEST(@canaries_unsalted), cells, 0)) AS canaries_unsalted,
  SUM(IF(place = 0 AND digest IN UNNEST(@hashes_of_nothing), cells, 0)) AS of_nothing
FROM (
  SELECT
    field,
    place,
    cells,
    text,
    digits,
    folded,
    worth_a_look,
    is_word,
    has_at,
    TO_HEX(
      SHA256(
        CONCAT(
          'plumbline pii ',
          CASE
            WHEN candidate IS NULL OR (place > 0 AND candidate = whole) THEN NULL
            WHEN has_at AND REGEXP_CONTAINS(candidate, @at_sign) THEN REGEXP_REPLACE(candidate, @at_sign, '@')
            WHEN NOT REGEXP_CONTAINS(candidate, r'[A-Za-z]') THEN REGEXP_REPLACE(candidate, r'[^0-9]+', '')
            -- Lengths of MD5, SHA-1 and SHA-256 in hex, and in base64 with and without padding.
            WHEN LENGTH(candidate) IN (32, 40, 64, 22, 24, 27, 28, 43, 44) THEN candidate
          END
        )
      )
    ) AS digest
  FROM (
    SELECT
      field,
      cells,
      text,
      digits,
      worth_a_look,
      is_word,
      folded,
      IF(worth_a_look AND NOT is_word, REGEXP_CONTAINS(folded, @at_sign), FALSE) AS has_at,
      -- Lower case would change a hash in base64.
      IF(is_word OR REGEXP_CONTAINS(text, r'^[A-Za-z0-9+/_-]{22,43}={0,2}$'), text, TRIM(folded)) AS whole
    FROM (
      SELECT
        field,
        cells,
        text,
        digits,
        worth_a_look,
        is_word,
        -- Random bytes can contain an @ too, but are not readable text.
        LOWER(IF(REGEXP_CONTAINS(decoded, @at_sign) AND REGEXP_CONTAINS(decoded, r'^[\p{L}\s -~]+$'), decoded, text)) AS folded
      FROM (
        SELECT
          field,
          cells,
          text,
          digits,
          COALESCE(REGEXP_CONTAINS(text, @worth_a_look), FALSE) AS worth_a_look,
          COALESCE(REGEXP_CONTAINS(text, @word), FALSE) AS is_word,
          -- A text may be base64 if its length is a multiple of four and it is not all lower case.
          IF(
            MOD(LENGTH(text), 4) = 0 AND text != LOWER(text) AND REGEXP_CONTAINS(text, r'^[A-Za-z0-9+/]{12,}={0,2}$'),
            SAFE_CONVERT_BYTES_TO_STRING(SAFE.FROM_BASE64(text)),
            NULL
          ) AS decoded
        FROM (
          SELECT
            field,
            cell.text AS text,
            ANY_VALUE(cell.digits) AS digits,
            COUNT(*) AS cells
          FROM
            {{table}} AS searched
          CROSS JOIN
            UNNEST({{cells}}) AS cell WITH OFFSET AS field
          WHERE
            {{partitions}}
          GROUP BY
            field,
            text
        )
      )
    )
  )
  CROSS JOIN
    UNNEST(
      IF(
        worth_a_look,
        ARRAY_CONCAT(
          [whole],
          IF(has_at, REGEXP_EXTRACT_ALL(folded, @email), CAST([] AS ARRAY<STRING>)),
          -- A cell that is only a number or only a hash is its own candidate already.
          IF(
            REGEXP_CONTAINS(folded, r'^[^\p{L}0-9]*[0-9](?:[ ().\-/]{0,3}[0-9]){6,14}[^\p{L}0-9]*$'),
            CAST([] AS ARRAY<STRING>),
            REGEXP_EXTRACT_ALL(folded, r'[0-9](?:[ ().\-/]{0,3}[0-9]){6,14}')
          ),
          IF(
            REGEXP_CONTAINS(whole, r'^[0-9a-f]{32,64}$'),
            CAST([] AS ARRAY<STRING>),
            REGEXP_EXTRACT_ALL(folded, r'[0-9a-f]{32,64}')
          )
        ),
        [CAST(NULL AS STRING)]
      )
    ) AS candidate WITH OFFSET AS place
)
GROUP BY
  field
