-- Claims one notice on some channels before it is sent. A delivery can be claimed if it is free, if the last attempt
-- failed and the wait that the channel asked for has passed, or if the lease of an attempt has expired after a crash.
-- With @refused_too, refused deliveries can be claimed as well.
-- Two concurrent claims exclude each other: UPDATEs of one table conflict, and BigQuery runs the later one again on
-- the new rows or fails it, which leads to a retry.
-- Idempotent: a claimed, sent or refused delivery is not claimed again. The caller reads the rows to see which claim
-- won.
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
