-- The newest business day of a source that has no arrival column. One branch of a
-- union over sources. Nothing bounds the scan but the one column it reads.
SELECT
  {{n}} AS n,
  MAX(IF(business_day <= DATE(@now, @zone_{{n}}), business_day, NULL)) AS newest_business_day
FROM (
  SELECT
    {{business_day}} AS business_day
  FROM
    `{{table}}`
)
