-- Registers a key. Under the lease, so nobody else does. Idempotent: a generation that is there, and was not undone, stays.
MERGE `{{ops}}.pii_keys` AS registered
USING (SELECT @generation AS generation) AS wanted
ON
  registered.generation = wanted.generation
  AND registered.status != 'undone'
WHEN NOT MATCHED BY TARGET THEN
  INSERT (generation, secret_version, fingerprint, status, registered_at, changed_at, detail)
  VALUES (wanted.generation, @secret_version, @fingerprint, @status, @now, @now, NULL)
