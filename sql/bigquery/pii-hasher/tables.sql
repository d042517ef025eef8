-- How far each raw table is. Reads only; a row a table, so it costs the least a query can.
SELECT
  table_id,
  settled_as_of,
  seen_until,
  looked_at,
  rows_hashed,
  rows_left,
  pending_rows,
  pending_since,
  unusable,
  emptied_at,
  troubled
FROM
  `{{ops}}.pii_tables`
ORDER BY
  table_id
