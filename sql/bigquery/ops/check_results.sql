-- One row per run, check and subject: the verdict with the clocks it rests on.
-- Grows with every tick, hence partitions by day and clusters by what people ask for.
-- Idempotent: does nothing where the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.check_results` (
  run_id STRING NOT NULL OPTIONS (description = 'See runs.'),
  function STRING NOT NULL OPTIONS (description = 'Function that judged, e.g. sync-watchdog.'),
  check_name STRING NOT NULL OPTIONS (description = 'The check, e.g. freshness.'),
  subject STRING NOT NULL OPTIONS (description = 'What was judged, e.g. a source id.'),
  status STRING NOT NULL OPTIONS (description = 'ok, warning, critical or unknown. Unknown is never ok.'),
  decided_by STRING OPTIONS (description = 'The clock that decided, e.g. arrival or modified.'),
  arrival TIMESTAMP OPTIONS (description = 'When the newest row reached the warehouse.'),
  business_date DATE OPTIONS (description = 'Newest day the rows are about.'),
  modified TIMESTAMP OPTIONS (description = 'When the table was last modified.'),
  age_hours FLOAT64 OPTIONS (description = 'Age by the clock that decided.'),
  finding STRING OPTIONS (description = 'Code of what is wrong, e.g. stale. NULL when nothing is.'),
  detail STRING OPTIONS (description = 'JSON: the evidence.'),
  schedule_time TIMESTAMP NOT NULL OPTIONS (description = 'Tick it was judged for.')
)
PARTITION BY DATE(schedule_time)
CLUSTER BY subject, check_name
OPTIONS (description = 'Verdicts of all checks, with the clocks they rest on.')
