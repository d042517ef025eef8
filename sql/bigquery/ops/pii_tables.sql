-- Progress of hashing: one row per raw table with PII, and one, `*`, for the function as a whole.
-- Every tick reads this table, so it is separate from the tables that grow. Rows change by MERGE under the lease
-- `pii-hasher`, so they are never streamed. A row a table: too small to partition.
-- Idempotent: does nothing if the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.pii_tables` (
  table_id STRING NOT NULL OPTIONS (description = 'Source of the warehouse file, or * for the function as a whole.'),
  settled_as_of TIMESTAMP OPTIONS (description = 'Modification time of the raw table in its metadata before a read that found nothing left to do. NULL while something is left. For *: the last tick that published all its notices.'),
  seen_until TIMESTAMP OPTIONS (description = 'All rows that arrived before this time are in the clean table.'),
  read_at TIMESTAMP OPTIONS (description = 'Tick of the last read of the rows. For *: tick of the last search for readable text that covered all tables.'),
  rows_hashed INT64 NOT NULL OPTIONS (description = 'Rows written to the clean table so far. Newer versions count again.'),
  rows_left INT64 NOT NULL OPTIONS (description = 'Rows that were still to be hashed when the last run ended.'),
  pending_rows INT64 NOT NULL OPTIONS (description = 'Rows that are hashed and still readable in the raw table, because the streaming buffer holds them.'),
  pending_since TIMESTAMP OPTIONS (description = 'Earliest time from which the streaming buffer can have held the oldest of them.'),
  unusable STRING NOT NULL OPTIONS (description = 'JSON list of {column, reason, count}: values that are not an address or number, at the last read. Never a value.'),
  emptied_at TIMESTAMP OPTIONS (description = 'Tick in which plaintext was last set to NULL in the raw table.'),
  has_problem BOOL NOT NULL OPTIONS (description = 'TRUE if the last tick found a problem or could not publish all its notices: the next tick evaluates again.'),
  changed_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick that last changed this row.')
)
OPTIONS (description = 'Progress of hashing for each raw table with PII.')
