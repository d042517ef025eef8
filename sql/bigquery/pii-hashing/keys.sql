-- The key that counts at present, with what is known of it; no row where none was registered. Reads only.
SELECT
  generation,
  secret_version,
  fingerprint,
  registered_at
FROM
  `{{ops}}.pii_keys`
WHERE
  status = 'active'
ORDER BY
  generation DESC
LIMIT 1
