-- Records the outcome of a run. Idempotent: one row a run. A failed run that is retried replaces its own row; a
-- finished run is never changed.
MERGE `{{ops}}.runs` AS remembered
USING (
  SELECT
    @run_id AS run_id,
    @function AS function,
    @schedule_time AS schedule_time,
    @started_at AS started_at,
    @finished_at AS finished_at,
    @outcome AS outcome,
    @summary AS summary
) AS run
ON
  remembered.run_id = run.run_id
WHEN MATCHED AND remembered.outcome != 'finished' THEN
  UPDATE SET
    started_at = run.started_at,
    finished_at = run.finished_at,
    outcome = run.outcome,
    summary = run.summary
WHEN NOT MATCHED THEN
  INSERT (run_id, function, schedule_time, started_at, finished_at, outcome, summary)
  VALUES (run.run_id, run.function, run.schedule_time, run.started_at, run.finished_at, run.outcome, run.summary)
