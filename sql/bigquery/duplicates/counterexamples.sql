-- Returns some groups of rows that contradict the key: one text per version of a group, with a fingerprint of each
-- column and no values. Fingerprints are salted with the group, so they cannot be compared across groups. One branch
-- of a union over views.
--
-- Groups are ordered by the digest of their content. The sample is random and the same on every run.
SELECT
  {{n}} AS n,
  versions
FROM (
  SELECT
    ARRAY_AGG(DISTINCT {{fingerprints}} ORDER BY {{fingerprints}} LIMIT 20) AS versions
  FROM
    `{{table}}`
  WHERE
    {{arrived}}
    AND {{mark}} IS NOT NULL
    AND {{fact}} IN (
      SELECT
        {{fact}}
      FROM
        `{{table}}`
      WHERE
        {{arrived}}
        AND {{mark}} IS NOT NULL
      GROUP BY
        1
      HAVING
        MIN({{content}}) != MAX({{content}})
      ORDER BY
        MIN({{content}})
      LIMIT
        50
    )
  GROUP BY
    {{fact}}
)
