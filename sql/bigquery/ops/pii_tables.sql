-- How far each raw table with identifiers of people is: one row a table, and one, `*`, for the function as a whole.
-- Read at every tick, so it is kept apart from everything that grows. Changed by MERGE under the lease `pii-hasher`, so
-- never written by streaming inserts. A row a table: too small to partition.
-- Idempotent: does nothing where the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.pii_tables` (
  table_id STRING NOT NULL OPTIONS (description = 'Source of the warehouse file, or * for the function as a whole.'),
  settled_as_of TIMESTAMP OPTIONS (description = 'When the raw table was last modified, as its metadata said before a look that found nothing left to do. NULL while something is left. Of *: tick that last told people to the end.'),
  seen_until TIMESTAMP OPTIONS (description = 'Newest arrival of which all rows before it are in the clean table.'),
  looked_at TIMESTAMP OPTIONS (description = 'Tick of the last look at the rows. Of *: tick of the last search for readable text that left no table out.'),
  rows_hashed INT64 NOT NULL OPTIONS (description = 'Rows that were put into the clean table so far, newer versions counted again.'),
  rows_left INT64 NOT NULL OPTIONS (description = 'Rows that were still to be hashed when the last run ended.'),
  pending_rows INT64 NOT NULL OPTIONS (description = 'Rows that are hashed and still readable in the raw table, because the streaming buffer holds them.'),
  pending_since TIMESTAMP OPTIONS (description = 'Since when the streaming buffer can have held the oldest of them.'),
  unusable STRING NOT NULL OPTIONS (description = 'JSON list of {column, reason, count}: values that are no address or number, at the last look. Never a value.'),
  emptied_at TIMESTAMP OPTIONS (description = 'Tick in which plaintext was last set to NULL in the raw table.'),
  troubled BOOL NOT NULL OPTIONS (description = 'Something was wrong at the last tick, or it was not told to the end: the next one looks again.'),
  changed_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick that last changed this row.')
)
OPTIONS (description = 'How far each raw table with identifiers of people is.')
