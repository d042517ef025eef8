-- Records the result of the deliveries of one claim and, for a failed one, the earliest time of the next attempt.
-- Idempotent: only the claim that sent may record, and a repeated write changes nothing.
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
