-- Returns when each monitored table was last written and how large it is. One query for a dataset, however many
-- tables it has.
--
-- It reads __TABLES__ and not INFORMATION_SCHEMA.TABLE_STORAGE: __TABLES__ needs rights on this one dataset only,
-- lists views too, and is not minutes behind. Its modification time moves on every write and every edit of the
-- metadata, so it is an upper bound for the newest content and proves nothing more.
SELECT
  table_id,
  TIMESTAMP_MILLIS(creation_time) AS created,
  TIMESTAMP_MILLIS(last_modified_time) AS modified,
  row_count,
  type
FROM
  `{{dataset}}.__TABLES__`
WHERE
  table_id IN UNNEST(@tables)
  OR EXISTS (SELECT 1 FROM UNNEST(@prefixes) AS prefix WHERE STARTS_WITH(table_id, prefix))
ORDER BY
  table_id
