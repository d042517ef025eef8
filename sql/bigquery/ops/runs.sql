-- One row per run of a function, with its outcome. It proves that the function ran.
-- Every tick adds a row, so the table is partitioned by day. A run is written once, keyed by run_id.
-- Idempotent: does nothing if the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.runs` (
  run_id STRING NOT NULL OPTIONS (description = 'Same for a retry of the same tick.'),
  function STRING NOT NULL OPTIONS (description = 'Name of the function, e.g. sync-watchdog.'),
  schedule_time TIMESTAMP OPTIONS (description = 'Tick of the run. NULL if the scheduler did not start it.'),
  started_at TIMESTAMP NOT NULL OPTIONS (description = 'When it started.'),
  finished_at TIMESTAMP OPTIONS (description = 'When it finished.'),
  outcome STRING NOT NULL OPTIONS (description = 'finished, or incomplete if a check was unavailable, which leads to a retry of the tick.'),
  summary STRING OPTIONS (description = 'JSON: the results in figures.')
)
PARTITION BY DATE(started_at)
OPTIONS (description = 'Runs of all functions.')
