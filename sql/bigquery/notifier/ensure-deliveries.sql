-- Inserts a free delivery of one notice for each channel that has none. claim-deliveries then claims it.
-- Idempotent. BigQuery lets two of these statements insert at once, because a MERGE that only inserts conflicts with
-- nothing: a delivery may then have two rows. Every reader takes all rows of a delivery together.
MERGE `{{ops}}.deliveries` AS delivery
USING (SELECT channel FROM UNNEST(@channels) AS channel) AS wanted
ON
  delivery.notice = @notice
  AND delivery.channel = wanted.channel
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
    'free',
    @claim,
    @now,
    0,
    NULL,
    @notice_at,
    @now
  )
