-- Counts how many persons of one clean table are in another, by their hashes. One branch of a union over the pairs.
SELECT
  {{n}} AS n,
  COUNT(*) AS hashes,
  COUNTIF(among.person IS NOT NULL) AS matching
FROM (
  SELECT DISTINCT `{{of_hash}}` AS person
  FROM `{{of_table}}`
  WHERE `{{of_hash}}` IS NOT NULL
) AS own
LEFT JOIN (
  SELECT DISTINCT `{{among_hash}}` AS person
  FROM `{{among_table}}`
  WHERE `{{among_hash}}` IS NOT NULL
) AS among
ON
  among.person = own.person
