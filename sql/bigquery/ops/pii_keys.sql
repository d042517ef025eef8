-- Registry of the keys that PII is hashed with: which key is active, and the state of a rotation. The key itself is
-- only in Secret Manager. The fingerprint identifies a key and reveals nothing about its hashes.
-- A hash of generation n is made of that of generation n - 1, so new rows need the keys of all generations.
-- Rows are written under the lease `pii-hasher`. A row a key: too small to partition.
-- Idempotent: does nothing if the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.pii_keys` (
  generation INT64 NOT NULL OPTIONS (description = '1 for the first key, then one more with each rotation.'),
  secret_version STRING NOT NULL OPTIONS (description = 'projects/P/secrets/S/versions/V'),
  fingerprint STRING NOT NULL OPTIONS (description = '16 hexadecimal digits.'),
  status STRING NOT NULL OPTIONS (description = 'active. During a rotation: building, proved, swapping, undoing. Afterwards: retired (a later key is active), undone.'),
  registered_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick that registered it.'),
  changed_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick that last changed its status.'),
  detail STRING OPTIONS (description = 'JSON: the evidence for the parity of joins.')
)
OPTIONS (description = 'Registry of the keys that PII is hashed with.')
