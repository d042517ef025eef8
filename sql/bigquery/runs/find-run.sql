-- Returns the outcome of this run. A tick that is delivered again returns this outcome and does its work only once.
SELECT
  outcome,
  summary
FROM
  `{{ops}}.runs`
WHERE
  run_id = @run_id
