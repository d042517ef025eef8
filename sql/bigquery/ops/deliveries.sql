-- Deliveries of each notice on each channel. A delivery is claimed before the message is sent and recorded after. It
-- has one row, or two if two attempts began at once: rows of one notice and channel count together.
-- Claims are UPDATEs, so rows are never streamed: BigQuery refuses to UPDATE streamed rows for half an hour. A few
-- rows an incident: too small to partition.
-- Idempotent: does nothing if the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.deliveries` (
  notice STRING NOT NULL OPTIONS (description = 'Id of the notice.'),
  channel STRING NOT NULL OPTIONS (description = 'Channel id of the warehouse file.'),
  incident STRING NOT NULL OPTIONS (description = 'See alert_state.'),
  status STRING NOT NULL OPTIONS (description = 'free (not tried yet), sending (claimed until lease_until), sent, failed (is tried again) or refused (is not tried again).'),
  claim STRING NOT NULL OPTIONS (description = 'Attempt that holds or last held the row, or that inserted it if it was not tried yet.'),
  lease_until TIMESTAMP NOT NULL OPTIONS (description = 'If sending: a claim is left over from a crash after this time and may be taken over. If failed: the channel asked to wait until this time. Wall clock.'),
  attempts INT64 NOT NULL OPTIONS (description = 'Number of claims.'),
  unanswered BOOL OPTIONS (description = 'TRUE if the channel accepted the message and did not answer: it is sent at most once more.'),
  detail STRING OPTIONS (description = 'Answer of the channel, without secrets and addresses.'),
  recipients ARRAY<STRING> OPTIONS (description = 'For email: the recipients that are done, as pseudonyms (SHA-256 over notice and address, shortened), with the SMTP code if the server refused the address permanently. Never an address.'),
  notice_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick of the notice.'),
  changed_at TIMESTAMP NOT NULL OPTIONS (description = 'When the row last changed. Wall clock.')
)
OPTIONS (description = 'Deliveries of each notice on each channel, failed ones included.')
