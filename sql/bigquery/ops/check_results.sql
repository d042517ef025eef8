-- One row per run, check and subject: what the check says, and what that rests on.
-- Grows with every tick, hence partitions by day and clusters by what people ask for.
-- Idempotent: does nothing where the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.check_results` (
  run_id STRING NOT NULL OPTIONS (description = 'See runs.'),
  function STRING NOT NULL OPTIONS (description = 'Function that judged, e.g. sync-watchdog.'),
  check_name STRING NOT NULL OPTIONS (description = 'The check, e.g. freshness.'),
  subject STRING NOT NULL OPTIONS (description = 'What was judged, e.g. a source id.'),
  status STRING NOT NULL OPTIONS (description = 'ok, warning, critical or unknown. Unknown is never ok.'),
  code STRING OPTIONS (description = 'What is wrong, in a word that stays, e.g. stale. NULL when nothing is.'),
  text STRING OPTIONS (description = 'What is found, in a sentence. NULL where nothing is said.'),
  detail STRING OPTIONS (description = 'JSON: the evidence, of its own shape for each check. Of freshness its clocks.'),
  schedule_time TIMESTAMP NOT NULL OPTIONS (description = 'Tick it was judged for.')
)
PARTITION BY DATE(schedule_time)
CLUSTER BY subject, check_name
OPTIONS (description = 'What every check said of every subject, run by run.')
