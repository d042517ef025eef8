-- Records the searches of a tick. Idempotent: one row a table. A run of an earlier tick, or a slower run of the same
-- tick, does not replace a newer search.
MERGE `{{ops}}.pii_searches` AS remembered
USING (
  SELECT
    searched_table,
    modified,
    fingerprint,
    row_count,
    whole,
    found,
    hash_columns
  FROM
    UNNEST(@searches)
) AS search
ON
  remembered.searched_table = search.searched_table
WHEN MATCHED
  AND remembered.schedule_time <= @schedule_time
  AND (remembered.modified IS NULL OR search.modified IS NULL OR remembered.modified <= search.modified)
THEN
  UPDATE SET
    modified = search.modified,
    fingerprint = search.fingerprint,
    row_count = search.row_count,
    whole = search.whole,
    found = search.found,
    hash_columns = search.hash_columns,
    schedule_time = @schedule_time
WHEN NOT MATCHED THEN
  INSERT (searched_table, modified, fingerprint, row_count, whole, found, hash_columns, schedule_time)
  VALUES (
    search.searched_table,
    search.modified,
    search.fingerprint,
    search.row_count,
    search.whole,
    search.found,
    search.hash_columns,
    @schedule_time
  )
