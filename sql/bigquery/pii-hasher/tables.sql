-- Returns the progress of each raw table. Reads only. The table has one row per raw table, so BigQuery bills the
-- minimum for it.
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
  `{{ops}}.pii_tables`
ORDER BY
  table_id
