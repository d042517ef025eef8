-- Returns facts of some days that are missing from sums or lower them: without an amount, with an amount that is not
-- a number, in another currency, or below zero. For an amount that is not a number it returns the shape and not the
-- text: 9 for a digit, a for a letter.
SELECT
  fact_key,
  fact_day,
  CASE
    WHEN COALESCE(fact_currency != @currency, TRUE) THEN 'other currency'
    WHEN written_amount IS NULL THEN 'no amount'
    WHEN amount IS NULL THEN 'no number'
    ELSE 'below zero'
  END AS reason,
  amount,
  fact_currency,
  IF(
    amount IS NULL,
    SUBSTR(REGEXP_REPLACE(REGEXP_REPLACE(written_amount, r'[0-9]', '9'), r'[^-+., 9]', 'a'), 1, 40),
    NULL
  ) AS amount_shape
FROM (
  SELECT
    {{spend_key}} AS fact_key,
    {{spend_day}} AS fact_day,
    {{spend_amount}} AS amount,
    {{written_amount}} AS written_amount,
    {{currency}} AS fact_currency,
    {{spend_version}} AS fact_version
  FROM
    `{{spend_table}}`
  WHERE
    COALESCE({{spend_arrival}} >= @spend_from, TRUE)
)
WHERE
  fact_version = 1
  AND fact_day IN UNNEST(@days)
  AND COALESCE(amount < 0, TRUE)
ORDER BY
  fact_day,
  amount,
  fact_key
LIMIT
  100
