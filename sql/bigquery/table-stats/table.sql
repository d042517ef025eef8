-- Reads a table once for all checks: rows and money, of all rows and of the latest version of each fact, by business
-- day and by attribution. One branch of a union over tables; it returns no row if the table has none.
--
-- Days before @first_day are one bucket, unless whole days are asked for. A row without an arrival counts as having
-- always been there. Rows that arrive after @seen_until are counted separately and in no other figure.
--
-- The final state of a day is the latest version among those that had arrived @final_after seconds after its end. It
-- is unknown if the day had not arrived completely.
SELECT
  {{n}} AS n,
  IF({{is_told_apart}}, business_day, NULL) AS day,
  COALESCE(NOT {{is_told_apart}}, FALSE) AS is_before,
  IF({{is_labelled}}, platform, NULL) AS shown_platform,
  IF({{is_labelled}}, campaign, NULL) AS shown_campaign,
  COUNTIF(is_seen) AS row_count,
  COUNTIF(is_fact) AS facts,
  SUM(IF(is_seen, amount, NULL)) AS amount_raw,
  SUM(IF(is_fact, amount, NULL)) AS amount_clean,
  COUNTIF(is_fact AND has_amount AND amount IS NULL) AS unreadable,
  COUNTIF(is_fact AND is_foreign) AS other_currency,
  COUNTIF(is_fact AND NOT has_amount AND NOT is_foreign) AS without_amount,
  {{null_counts}} AS null_counts,
  SUM(IF(is_known_when_final AND version_when_final = 1 AND final_at <= @now, amount, NULL)) AS amount_when_final,
  COALESCE(LOGICAL_OR(is_known_when_final AND arrival >= day_end AND final_at <= @now), FALSE) AS was_whole_when_final,
  MAX(IF(is_seen, arrival, NULL)) AS newest_arrival,
  MAX(IF(is_seen AND business_day <= @last_day_{{n}}, business_day, NULL)) AS newest_day,
  COUNTIF(arrival > @known_until) AS arrivals_in_future,
  MAX(arrival) AS farthest_arrival,
  CAST(BIT_XOR(IF(is_fact, key_checksum, NULL)) AS STRING) AS checksum
FROM (
  SELECT
    arrival,
    is_seen,
    business_day,
    day_end,
    final_at,
    amount,
    has_amount,
    is_foreign,
    platform,
    campaign,
    null_flags,
    key_checksum,
    is_known_when_final,
    is_seen AND {{version}} = 1 AS is_fact,
    {{version_when_final}} AS version_when_final
  FROM (
    SELECT
      arrival,
      is_seen,
      business_day,
      day_end,
      TIMESTAMP_ADD(day_end, INTERVAL @final_after_{{n}} SECOND) AS final_at,
      COALESCE(arrival <= TIMESTAMP_ADD(day_end, INTERVAL @final_after_{{n}} SECOND), TRUE) AS is_known_when_final,
      amount,
      has_amount,
      is_foreign,
      platform,
      campaign,
      null_flags,
      key_checksum,
      {{key_names}}
    FROM (
      SELECT
        {{arrival}} AS arrival,
        COALESCE({{arrival}} <= @seen_until, TRUE) AS is_seen,
        {{business_day}} AS business_day,
        {{day_end}} AS day_end,
        SAFE_CAST(CAST({{amount}} AS STRING) AS NUMERIC) AS amount,
        {{amount}} IS NOT NULL AS has_amount,
        {{is_foreign}} AS is_foreign,
        {{platform}} AS platform,
        {{campaign}} AS campaign,
        {{null_flags}} AS null_flags,
        {{key_checksum}} AS key_checksum,
        {{key_columns}}
      FROM
        `{{table}}`
      WHERE
        {{arrived}}
    )
  )
)
GROUP BY
  day,
  is_before,
  shown_platform,
  shown_campaign
