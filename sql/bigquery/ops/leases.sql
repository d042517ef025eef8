-- Leases for work that only one run may do at a time. A lease is taken by UPDATE, because UPDATEs of one table
-- exclude each other on BigQuery; rows are never streamed. A lease has one row, or two if two runs have inserted it
-- at once: both count together. Too small to partition.
-- Idempotent: does nothing if the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.leases` (
  name STRING NOT NULL OPTIONS (description = 'Name of the lease, e.g. pii-hasher.'),
  holder STRING NOT NULL OPTIONS (description = 'Attempt that holds or last held it.'),
  held_until TIMESTAMP NOT NULL OPTIONS (description = 'The lease ends at this time, unless it is given back before. Wall clock. It is longer than any attempt runs.')
)
OPTIONS (description = 'Leases for work that only one run may do at a time.')
