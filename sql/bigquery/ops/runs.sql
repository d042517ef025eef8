-- One row per run of a function: proof that it ran, and what it made of it.
-- Grows with every tick, hence partitions by day. Written once a run, keyed by run_id.
-- Idempotent: does nothing where the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.runs` (
  run_id STRING NOT NULL OPTIONS (description = 'Same for a retry of the same tick.'),
  function STRING NOT NULL OPTIONS (description = 'Name of the function, e.g. sync-watchdog.'),
  schedule_time TIMESTAMP OPTIONS (description = 'Tick it ran for. NULL when it was not called by the scheduler.'),
  started_at TIMESTAMP NOT NULL OPTIONS (description = 'When it started.'),
  finished_at TIMESTAMP OPTIONS (description = 'When it finished.'),
  outcome STRING NOT NULL OPTIONS (description = 'finished, or incomplete: a check could not be made, and the tick is tried again.'),
  summary STRING OPTIONS (description = 'JSON: what it found, in figures.')
)
PARTITION BY DATE(started_at)
OPTIONS (description = 'Runs of all functions.')
