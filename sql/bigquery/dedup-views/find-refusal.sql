-- Did this run refuse to replace this view, and with which text? Whoever overrides a refusal names the run and the
-- view, and what was refused then must be what is wanted now.
SELECT
  code,
  detail
FROM
  `{{ops}}.check_results`
WHERE
  -- One partition: a run's id ends in its tick.
  schedule_time = @schedule_time
  AND run_id = @run_id
  AND check_name = 'dedup_view'
  AND subject = @view
