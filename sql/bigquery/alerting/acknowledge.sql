-- Records an acknowledgement. Compare-and-set on the version, like every change of an incident: an incident that was
-- closed or has grown since it was read stays as it is.
-- changed_at is not set, because it names the tick that last decided. Otherwise the retry of a tick would take itself
-- for a stale tick.
-- Idempotent: a repeated write meets a higher version and changes nothing.
UPDATE `{{ops}}.alert_state`
SET
  version = version + 1,
  acknowledged = @acknowledged
WHERE
  function = @function
  AND incident = @incident
  AND version = @version
