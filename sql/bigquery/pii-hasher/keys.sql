-- Returns the registry of keys, oldest first. Reads only.
SELECT
  generation,
  secret_version,
  fingerprint,
  status,
  registered_at,
  changed_at,
  detail
FROM
  `{{ops}}.pii_keys`
ORDER BY
  generation,
  registered_at
