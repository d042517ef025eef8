-- Returns the newest business day of a source that has no arrival column. One branch of a union over sources. The
-- scan has no bounds, but it reads one column only.
SELECT
  {{n}} AS n,
  MAX(IF(business_day <= DATE(@now, @zone_{{n}}), business_day, NULL)) AS newest_business_day
FROM (
  SELECT
    {{business_day}} AS business_day
  FROM
    `{{table}}`
)
