-- Remembers that somebody is on an incident: compare-and-set on the version, like every change of it, so that one
-- that was closed or has grown since it was read stays as it is.
-- Leaves changed_at alone: it is the tick that last decided, and a tick that is tried again after somebody has
-- pressed the button must not take itself for overtaken.
-- Idempotent: the same again meets a higher version and does nothing.
UPDATE `{{ops}}.alert_state`
SET
  version = version + 1,
  acknowledged = @acknowledged
WHERE
  function = @function
  AND incident = @incident
  AND version = @version
