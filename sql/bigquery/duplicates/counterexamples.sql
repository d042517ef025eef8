-- Some groups of rows that contradict the key, as they differ: one text per version of a group, with a fingerprint of
-- each column in it and no value. Fingerprints are salted with the group, so nothing can be compared across groups.
-- One branch of a union over views.
--
-- Groups are taken in the order of their content's digest: at random, and the same ones each time.
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
