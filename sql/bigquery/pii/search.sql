-- Is anything readable left in the texts of a table? One row per field, with counts and no value. One branch of a union
-- over tables: every one of its fields is a cell of an array, so that it is read once, whatever is looked for. Equal cells
-- are looked at once: names and states repeat in most rows.
--
-- `candidate` is what may be a canary, folded as its digest was: the cell, and each address, number or hash in it. The
-- first is the cell itself, so what counts rows looks at that one only.
SELECT
  {{n}} AS n,
  field,
  SUM(IF(place = 0, cells, 0)) AS row_count,
  SUM(IF(place = 0 AND text IS NULL, cells, 0)) AS null_count,
  SUM(IF(place = 0 AND REGEXP_CONTAINS(text, r'^[0-9a-f]{64}$'), cells, 0)) AS hash_count,
  SUM(IF(place = 0 AND worth_a_look AND REGEXP_CONTAINS(REGEXP_REPLACE(folded, @email_lookalike, ''), @email), cells, 0)) AS emails,
  SUM(
    IF(
      place = 0
      AND worth_a_look
      AND (
        REGEXP_CONTAINS(folded, @phone)
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
    IF(
      candidate IS NULL OR (place > 0 AND candidate = whole),
      NULL,
      TO_HEX(
        SHA256(
          CONCAT(
            'plumbline pii ',
            CASE
              WHEN REGEXP_CONTAINS(candidate, @at_sign) THEN REGEXP_REPLACE(candidate, @at_sign, '@')
              WHEN REGEXP_CONTAINS(candidate, r'[A-Za-z]') THEN candidate
              ELSE REGEXP_REPLACE(candidate, r'[^0-9]', '')
            END
          )
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
      folded,
      -- A hash in base64 is another one in lower case.
      IF(REGEXP_CONTAINS(text, r'^[A-Za-z0-9+/_-]{22,43}={0,2}$'), text, TRIM(folded)) AS whole
    FROM (
      SELECT
        field,
        cells,
        text,
        digits,
        worth_a_look,
        -- Random bytes hold an @ too, but are no readable text.
        LOWER(IF(REGEXP_CONTAINS(decoded, @at_sign) AND REGEXP_CONTAINS(decoded, r'^[\p{L}\s -~]+$'), decoded, text)) AS folded
      FROM (
        SELECT
          field,
          cells,
          text,
          digits,
          COALESCE(REGEXP_CONTAINS(text, @worth_a_look), FALSE) AS worth_a_look,
          -- What may be base64: in whole groups of four, and not all of one case.
          IF(
            MOD(LENGTH(text), 4) = 0 AND text != LOWER(text) AND REGEXP_CONTAINS(text, r'^[A-Za-z0-9+/]{12,}={0,2}$'),
            SAFE_CONVERT_BYTES_TO_STRING(SAFE.FROM_BASE64(text)),
            NULL
          ) AS decoded
        FROM (
          SELECT
            field,
            cell.text AS text,
            cell.digits AS digits,
            COUNT(*) AS cells
          FROM
            {{table}} AS searched
          CROSS JOIN
            UNNEST({{cells}}) AS cell WITH OFFSET AS field
          WHERE
            {{partitions}}
          GROUP BY
            field,
            text,
            digits
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
          REGEXP_EXTRACT_ALL(folded, @email),
          -- Of a cell that is a number and nothing else, the cell says it all.
          IF(
            REGEXP_CONTAINS(folded, r'^[^\p{L}0-9]*[0-9](?:[ ().\-/]{0,3}[0-9]){6,14}[^\p{L}0-9]*$'),
            CAST([] AS ARRAY<STRING>),
            REGEXP_EXTRACT_ALL(folded, r'[0-9](?:[ ().\-/]{0,3}[0-9]){6,14}')
          ),
          REGEXP_EXTRACT_ALL(folded, r'[0-9a-f]{32,64}')
        ),
        [CAST(NULL AS STRING)]
      )
    ) AS candidate WITH OFFSET AS place
)
GROUP BY
  field
