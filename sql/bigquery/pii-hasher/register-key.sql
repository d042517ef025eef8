-- Registers a key. It runs under the lease, so no other run does the same. Idempotent: a registered generation stays,
-- unless it was undone.
MERGE `{{ops}}.pii_keys` AS registered
USING (SELECT @generation AS generation) AS wanted
ON
  registered.generation = wanted.generation
  AND registered.status != 'undone'
WHEN NOT MATCHED BY TARGET THEN
  INSERT (generation, secret_version, fingerprint, status, registered_at, changed_at, detail)
  VALUES (wanted.generation, @secret_version, @fingerprint, @status, @now, @now, NULL)
