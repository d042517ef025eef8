-- Records what came of the deliveries of one claim, and before when what failed is not to be tried again.
-- Idempotent: only the claim that sent may record, and the same record again changes nothing.
MERGE `{{ops}}.deliveries` AS delivery
USING UNNEST(@rows) AS outcome
ON
  delivery.notice = @notice
  AND delivery.channel = outcome.channel
WHEN MATCHED AND delivery.claim = @claim THEN
  UPDATE SET
    status = outcome.status,
    detail = outcome.detail,
    lease_until = outcome.lease_until,
    recipients = outcome.recipients,
    unanswered = outcome.unanswered,
    changed_at = @now
