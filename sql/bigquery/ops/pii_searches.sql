-- What the last search of each table for readable emails and phone numbers found, and what the table was like then: one
-- that has not been written since is not read again, and what was found stays found.
-- Changed by MERGE, so never written by streaming inserts. A row a table: too small to partition.
-- Idempotent: does nothing where the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.pii_searches` (
  searched_table STRING NOT NULL OPTIONS (description = 'project.dataset.table'),
  modified TIMESTAMP OPTIONS (description = 'When the table was last modified, as its metadata said before it was read. NULL where nobody keeps it, as of an external table.'),
  fingerprint STRING NOT NULL OPTIONS (description = 'Digest of the columns, what is left out, what must hold hashes, the canaries and the patterns. Another one means that the whole table is read again.'),
  row_count INT64 NOT NULL OPTIONS (description = 'Rows that were read.'),
  whole BOOL NOT NULL OPTIONS (description = 'TRUE where the whole table was read, FALSE where only the partitions that had changed since it was last clean.'),
  found STRING NOT NULL OPTIONS (description = 'JSON list of {kind, path, count}: what is where it must not be. Never a value.'),
  hash_columns STRING NOT NULL OPTIONS (description = 'JSON list of {path, rows, nulls, hashes, ofNothing}: columns that must hold hashes.'),
  schedule_time TIMESTAMP NOT NULL OPTIONS (description = 'Tick it was read for.')
)
OPTIONS (description = 'The last search of each table for readable emails and phone numbers.')
