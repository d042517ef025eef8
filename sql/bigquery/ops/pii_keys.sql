-- Registry of the keys that identifiers of people are hashed with: which one counts, and what becomes of a rotation. The
-- key itself is nowhere but in Secret Manager; a fingerprint tells it from any other and says nothing of its hashes.
-- A hash of generation n is made of that of generation n - 1, so the keys of all generations are needed for new rows.
-- Written under the lease `pii-hasher`. A row a key: too small to partition.
-- Idempotent: does nothing where the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.pii_keys` (
  generation INT64 NOT NULL OPTIONS (description = '1 for the first key, then one more with each rotation.'),
  secret_version STRING NOT NULL OPTIONS (description = 'projects/P/secrets/S/versions/V'),
  fingerprint STRING NOT NULL OPTIONS (description = '16 hexadecimal digits.'),
  status STRING NOT NULL OPTIONS (description = 'active, or of a rotation under way: building, proved, swapping, undoing. Afterwards: retired (a later one counts), undone.'),
  registered_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick that first saw it.'),
  changed_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick that last changed its status.'),
  detail STRING OPTIONS (description = 'JSON: what the parity of joins was proved with.')
)
OPTIONS (description = 'Registry of the keys that identifiers of people are hashed with.')
