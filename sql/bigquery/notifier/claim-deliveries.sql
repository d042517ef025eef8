-- Claims one notice on some channels before it is sent there: a delivery can be had while it is free, when
-- the last try failed and the wait the channel asked for is over, or when the lease of a try has run out, which
-- a crash left behind. With @refused_too also what was refused for good.
-- Two of these at once exclude each other: UPDATEs of one table conflict, and the later one runs again on
-- what the earlier one left, or fails and is tried again.
-- Idempotent: a claimed, sent or refused delivery is not claimed again. Who has claimed it is read back.
UPDATE `{{ops}}.deliveries` AS delivery
SET
  status = 'sending',
  claim = @claim,
  lease_until = @lease_until,
  attempts = delivery.attempts + 1,
  changed_at = @now
WHERE
  delivery.notice = @notice
  AND delivery.channel IN UNNEST(@channels)
  AND delivery.channel NOT IN (
    SELECT held.channel
    FROM `{{ops}}.deliveries` AS held
    WHERE
      held.notice = @notice
      AND (
        held.status = 'sent'
        OR (held.status = 'refused' AND NOT @refused_too)
        OR (held.status IN ('sending', 'failed') AND held.lease_until > @now)
      )
  )
