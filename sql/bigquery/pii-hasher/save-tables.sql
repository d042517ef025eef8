-- Saves the progress of some raw tables. Idempotent: a row a table. A run of an earlier tick, or one that a later run
-- has overtaken, changes nothing.
MERGE `{{ops}}.pii_tables` AS remembered
USING (
  SELECT
    table_id,
    settled_as_of,
    seen_until,
    read_at,
    rows_hashed,
    rows_left,
    pending_rows,
    pending_since,
    unusable,
    emptied_at,
    has_problem
  FROM
    UNNEST(@tables)
) AS present
ON
  remembered.table_id = present.table_id
WHEN MATCHED AND remembered.changed_at <= @now THEN
  UPDATE SET
    settled_as_of = present.settled_as_of,
    seen_until = present.seen_until,
    read_at = present.read_at,
    rows_hashed = present.rows_hashed,
    rows_left = present.rows_left,
    pending_rows = present.pending_rows,
    pending_since = present.pending_since,
    unusable = present.unusable,
    emptied_at = present.emptied_at,
    has_problem = present.has_problem,
    changed_at = @now
WHEN NOT MATCHED BY TARGET THEN
  INSERT (
    table_id,
    settled_as_of,
    seen_until,
    read_at,
    rows_hashed,
    rows_left,
    pending_rows,
    pending_since,
    unusable,
    emptied_at,
    has_problem,
    changed_at
  )
  VALUES (
    present.table_id,
    present.settled_as_of,
    present.seen_until,
    present.read_at,
    present.rows_hashed,
    present.rows_left,
    present.pending_rows,
    present.pending_since,
    present.unusable,
    present.emptied_at,
    present.has_problem,
    @now
  )
