-- The last search of each table for readable emails and phone numbers, and the state of the table at that time. A
-- table that has not been written since is not read again, and its findings stay.
-- Rows change by MERGE, so they are never streamed. A row a table: too small to partition.
-- Idempotent: does nothing if the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.pii_searches` (
  searched_table STRING NOT NULL OPTIONS (description = 'project.dataset.table'),
  modified TIMESTAMP OPTIONS (description = 'Modification time of the table in its metadata before the search. NULL if BigQuery does not keep it, as for an external table.'),
  fingerprint STRING NOT NULL OPTIONS (description = 'Digest of the columns, the exclusions, the hash columns, the canaries and the patterns. If it changes, the whole table is read again.'),
  row_count INT64 NOT NULL OPTIONS (description = 'Number of rows read.'),
  whole BOOL NOT NULL OPTIONS (description = 'TRUE if the whole table was read, FALSE if only the partitions that had changed since it was last clean were read.'),
  found STRING NOT NULL OPTIONS (description = 'JSON list of {kind, path, count}: readable PII by kind and column. Never a value.'),
  hash_columns STRING NOT NULL OPTIONS (description = 'JSON list of {path, rows, nulls, hashes, ofNothing}: columns that must hold hashes.'),
  schedule_time TIMESTAMP NOT NULL OPTIONS (description = 'Tick of the search.')
)
OPTIONS (description = 'The last search of each table for readable emails and phone numbers.')
