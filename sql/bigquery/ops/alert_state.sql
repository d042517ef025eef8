-- One row per incident: a cause, from its first finding until all is well again. Two rows where two runs of
-- one tick have inserted it at once: the one with the higher version counts.
-- What is told once though nothing is wrong (the line of the day, news) has a row too, closed as soon as it is told.
-- Changed by compare-and-set on `version`, by UPDATE, so never written by streaming inserts, whose rows BigQuery
-- refuses to UPDATE for half an hour. A row a cause: too small to partition.
-- Idempotent: does nothing where the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.alert_state` (
  incident STRING NOT NULL OPTIONS (description = 'Derived from function, group_key and opened_at.'),
  function STRING NOT NULL OPTIONS (description = 'Function that speaks, e.g. sync-watchdog.'),
  group_key STRING NOT NULL OPTIONS (description = 'The cause, e.g. connector:facebook. Follows the cause when it is renamed.'),
  version INT64 NOT NULL OPTIONS (description = 'Changes of this row, from 0. A write names the version it moves from.'),
  findings STRING NOT NULL OPTIONS (description = 'JSON list of {check, subject, severity}: what is wrong now, as far as it was judged.'),
  notified_findings STRING NOT NULL OPTIONS (description = 'JSON list of {check, subject, severity}: what people were last told.'),
  notified_at TIMESTAMP OPTIONS (description = 'Tick of the last notice. NULL when nobody was told yet.'),
  pending_notice STRING OPTIONS (description = 'JSON {notice, reason, findings, at}: a notice that a run was about to publish. NULL again when it was published. What stays here may have been told or not, and is told again under the same id.'),
  reminders INT64 NOT NULL OPTIONS (description = 'Reminders since people last heard anything new, by which the wait before the next grows.'),
  acknowledged STRING OPTIONS (description = 'JSON {at, until}: somebody is on it, and reminders are held until then. NULL where nobody is, or when it has grown since.'),
  history STRING NOT NULL OPTIONS (description = 'JSON list of {check, subject, breaks, changed_at, flapping_since}: how often each matter broke of late.'),
  owners STRING NOT NULL OPTIONS (description = 'JSON list of pseudonyms: everybody who was named as responsible so far, to be compared with the owners of the warehouse file.'),
  severity STRING NOT NULL OPTIONS (description = 'Worst there was: warning or critical.'),
  title STRING NOT NULL OPTIONS (description = 'Last known title, for the recovery.'),
  since TIMESTAMP OPTIONS (description = 'When the cause began, where it is known.'),
  opened_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick that first saw it.'),
  changed_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick that last changed this row.'),
  closed_at TIMESTAMP OPTIONS (description = 'Tick at which it was over. NULL while it is open.'),
  closed_as STRING OPTIONS (description = 'Why it was over: recovered, moved, never_notified or no_longer_monitored. Where nothing was wrong, heartbeat or news.')
)
OPTIONS (description = 'Incidents of all functions, open and closed.')
