-- What became of each notice on each channel: claimed before it is sent, recorded after. One row, or two
-- where two attempts began at once: rows of one notice and channel count together.
-- Claims are UPDATEs, so never written by streaming inserts, whose rows BigQuery refuses to UPDATE for half
-- an hour. A few rows an incident: too small to partition.
-- Idempotent: does nothing where the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.deliveries` (
  notice STRING NOT NULL OPTIONS (description = 'Id of the notice.'),
  channel STRING NOT NULL OPTIONS (description = 'Channel id of the warehouse file.'),
  incident STRING NOT NULL OPTIONS (description = 'See alert_state.'),
  status STRING NOT NULL OPTIONS (description = 'free (nobody has tried it), sending (claimed until lease_until), sent, failed (to be tried again) or refused (for good).'),
  claim STRING NOT NULL OPTIONS (description = 'Attempt that holds or last held the row, or that made it where nobody has tried it.'),
  lease_until TIMESTAMP NOT NULL OPTIONS (description = 'While sending: a claim older than this was left by a crash and may be taken over. When failed: not to be tried again before, as the channel asked. Wall clock.'),
  attempts INT64 NOT NULL OPTIONS (description = 'Times it was claimed.'),
  unanswered BOOL OPTIONS (description = 'TRUE where the channel took the message and did not answer: it is handed over once more at most.'),
  detail STRING OPTIONS (description = 'What the channel answered, without secrets or addresses.'),
  recipients ARRAY<STRING> OPTIONS (description = 'By email: one for whom nothing is left to do, as a pseudonym (SHA-256 over notice and address, cut), with the SMTP code where it was refused for good. Never an address.'),
  notice_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick the notice speaks of.'),
  changed_at TIMESTAMP NOT NULL OPTIONS (description = 'When the row last changed. Wall clock.')
)
OPTIONS (description = 'What was delivered where, and what was not.')
