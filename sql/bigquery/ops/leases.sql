-- Who may do what only one may do at a time. Taken by UPDATE, because UPDATEs of one table exclude each other on
-- BigQuery; never written by streaming inserts. One row a name, or two where two runs have inserted it at once: both
-- count together. Too small to partition.
-- Idempotent: does nothing where the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.leases` (
  name STRING NOT NULL OPTIONS (description = 'What is held, e.g. pii-hasher.'),
  holder STRING NOT NULL OPTIONS (description = 'Attempt that holds it, or last held it.'),
  held_until TIMESTAMP NOT NULL OPTIONS (description = 'Until when, unless it is given back before. Wall clock: longer than any attempt runs.')
)
OPTIONS (description = 'Who may do what only one may do at a time.')
