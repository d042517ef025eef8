-- Claims one notice on some channels before it is sent there: a channel is free when nobody has tried it,
-- when the last try failed, or when the lease of a try has run out, which a crash left behind.
-- Idempotent: a claimed, sent or refused delivery is not claimed again. The number of affected rows says
-- how many claims succeeded.
MERGE `{{ops}}.deliveries` AS delivery
USING (SELECT channel FROM UNNEST(@channels) AS channel) AS wanted
ON
  delivery.notice = @notice
  AND delivery.channel = wanted.channel
WHEN
  MATCHED
  AND (
    delivery.status = 'failed'
    OR (delivery.status = 'sending' AND delivery.lease_until <= @now)
  )
  THEN
  UPDATE SET
    status = 'sending',
    claim = @claim,
    lease_until = @lease_until,
    attempts = delivery.attempts + 1,
    changed_at = @now
WHEN NOT MATCHED BY TARGET THEN
  INSERT (
    notice,
    channel,
    incident,
    status,
    claim,
    lease_until,
    attempts,
    detail,
    notice_at,
    changed_at
  )
  VALUES (
    @notice,
    wanted.channel,
    @incident,
    'sending',
    @claim,
    @lease_until,
    1,
    NULL,
    @notice_at,
    @now
  )
