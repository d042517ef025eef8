-- Open incidents of a function, and those that a later tick than @now has changed, closed ones too: a tick
-- that comes late must see that it has been overtaken. Reads only.
SELECT
  incident,
  group_key,
  version,
  findings,
  told,
  told_at,
  severity,
  title,
  since,
  opened_at,
  changed_at,
  closed_at
FROM `{{ops}}.alert_state`
WHERE
  function = @function
  AND (closed_at IS NULL OR changed_at > @now)
ORDER BY opened_at, incident
