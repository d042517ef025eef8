-- Returns the campaigns that a platform's orders name and its spend does not, with their orders and revenue on some
-- days, highest revenue first. If the spend has a name that differs only in case or blanks, the row shows it.
SELECT
  brought.campaign,
  brought.orders,
  brought.revenue,
  MIN(named.campaign) AS written_otherwise
FROM (
  SELECT
    campaign,
    COUNT(*) AS orders,
    SUM(amount) AS revenue
  FROM (
    SELECT
      TRIM(CAST({{orders_campaign}} AS STRING)) AS campaign,
      {{orders_day}} AS fact_day,
      {{orders_amount}} AS amount,
      COALESCE(LOWER(TRIM(CAST({{attributed_by}} AS STRING))) IN UNNEST(@is), FALSE) AS is_attributed,
      {{orders_version}} AS fact_version
    FROM
      `{{orders_table}}`
    WHERE
      COALESCE({{orders_arrival}} >= @orders_from, TRUE)
  )
  WHERE
    fact_version = 1
    AND is_attributed
    AND fact_day BETWEEN @first_day AND @last_day
    AND campaign != ''
  GROUP BY
    campaign
) AS brought
LEFT JOIN (
  SELECT
    campaign
  FROM (
    SELECT
      TRIM(CAST({{spend_campaign}} AS STRING)) AS campaign,
      {{spend_version}} AS fact_version
    FROM
      `{{spend_table}}`
    WHERE
      COALESCE({{spend_arrival}} >= @spend_from, TRUE)
  )
  WHERE
    fact_version = 1
    AND campaign != ''
  GROUP BY
    campaign
) AS named
ON
  LOWER(REGEXP_REPLACE(named.campaign, r'\s+', ' ')) = LOWER(REGEXP_REPLACE(brought.campaign, r'\s+', ' '))
GROUP BY
  brought.campaign,
  brought.orders,
  brought.revenue
HAVING
  NOT COALESCE(LOGICAL_OR(named.campaign = brought.campaign), FALSE)
ORDER BY
  revenue DESC,
  campaign
LIMIT
  100
