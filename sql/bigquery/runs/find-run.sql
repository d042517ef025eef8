-- How did this run end? A tick that is delivered again answers from here and does nothing twice.
SELECT
  outcome,
  summary
FROM
  `{{ops}}.runs`
WHERE
  run_id = @run_id
