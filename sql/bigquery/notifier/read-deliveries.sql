-- Returns the state of one notice on each channel. Reads only.
SELECT
  channel,
  status,
  claim,
  lease_until,
  recipients,
  unanswered
FROM `{{ops}}.deliveries`
WHERE notice = @notice
ORDER BY channel
