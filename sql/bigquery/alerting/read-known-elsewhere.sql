-- What people were told by other functions and is not over. Reads only.
-- Two runs of one tick may have inserted an incident twice: both say the same, or the row that says less was
-- never told.
SELECT DISTINCT
  title,
  told
FROM `{{ops}}.alert_state`
WHERE
  function != @function
  AND closed_at IS NULL
  AND told_at IS NOT NULL
ORDER BY title, told
