-- One row per run, check and subject: the result of the check and its evidence.
-- Every tick adds rows, so the table is partitioned by day and clustered by the columns that users filter by.
-- Idempotent: does nothing if the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.check_results` (
  run_id STRING NOT NULL OPTIONS (description = 'See runs.'),
  function STRING NOT NULL OPTIONS (description = 'Function that ran the check, e.g. sync-watchdog.'),
  check_name STRING NOT NULL OPTIONS (description = 'The check, e.g. freshness.'),
  subject STRING NOT NULL OPTIONS (description = 'Subject of the check, e.g. a source id.'),
  status STRING NOT NULL OPTIONS (description = 'ok, warning, critical or unknown. Unknown is never ok.'),
  code STRING OPTIONS (description = 'Stable code of the problem, e.g. stale. NULL if there is none.'),
  text STRING OPTIONS (description = 'The finding in a sentence. NULL if there is none.'),
  detail STRING OPTIONS (description = 'JSON: the evidence. Each check has its own shape. For freshness it contains the clocks.'),
  schedule_time TIMESTAMP NOT NULL OPTIONS (description = 'Tick of the evaluation.')
)
PARTITION BY DATE(schedule_time)
CLUSTER BY subject, check_name
OPTIONS (description = 'Results of every check for every subject and run.')
