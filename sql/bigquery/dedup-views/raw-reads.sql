-- Returns recent jobs of this project that have read a raw table and not its clean view.
--
-- BigQuery also lists the tables that a query has read through a view, so the text decides: it names the raw table
-- and does not name the clean view. Reads of the raw table through another view are not found.
-- Plumbline's own jobs read raw tables to count duplicates. Their label excludes them.
SELECT
  raw.view AS view,
  job.creation_time AS read_at,
  job.job_id AS job,
  job.user_email AS reader
FROM
  `{{project}}`.`{{region}}`.INFORMATION_SCHEMA.JOBS AS job
CROSS JOIN
  UNNEST(@raws) AS raw
WHERE
  job.creation_time BETWEEN @from AND @now
  AND job.job_type = 'QUERY'
  AND job.state = 'DONE'
  AND job.error_result IS NULL
  AND job.statement_type IN ('SELECT', 'CREATE_TABLE_AS_SELECT', 'INSERT', 'MERGE')
  AND NOT EXISTS (SELECT 1 FROM UNNEST(job.labels) AS label WHERE label.key = 'plumbline_function')
  AND EXISTS (
    SELECT
      1
    FROM
      UNNEST(job.referenced_tables) AS read
    WHERE
      read.project_id = raw.project
      AND read.dataset_id = raw.dataset
      AND read.table_id = raw.table
  )
  -- A job that writes the raw table is its loader.
  AND COALESCE(
    job.destination_table.project_id != raw.project
    OR job.destination_table.dataset_id != raw.dataset
    OR job.destination_table.table_id != raw.table,
    TRUE
  )
  AND REGEXP_CONTAINS(job.query, raw.names_table)
  AND NOT REGEXP_CONTAINS(job.query, raw.names_view)
ORDER BY
  read_at DESC,
  job,
  view
LIMIT
  1000
