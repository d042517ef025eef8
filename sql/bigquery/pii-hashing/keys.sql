-- Returns the active key and its data, or no row if no key is registered. Reads only.
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
