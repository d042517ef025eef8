-- Returns the text with which this run refused to replace this view. An override names the run and the view, and the
-- text it overrides must still be the wanted one.
SELECT
  code,
  detail
FROM
  `{{ops}}.check_results`
WHERE
  -- Limits the scan to one partition: a run's id ends in its tick.
  schedule_time = @schedule_time
  AND run_id = @run_id
  AND check_name = 'dedup_view'
  AND subject = @view
