-- One row per incident: a cause, from its first finding until it is resolved. If two runs of one tick have inserted
-- it at once, it has two rows: the one with the higher version counts.
-- A notice that reports no incident (the heartbeat, news) has a row too, which is closed as soon as the notice is
-- published.
-- Rows change by UPDATE with compare-and-set on `version`. They are never streamed, because BigQuery refuses to
-- UPDATE streamed rows for half an hour. A row a cause: too small to partition.
-- Idempotent: does nothing if the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.alert_state` (
  incident STRING NOT NULL OPTIONS (description = 'Derived from function, group_key and opened_at.'),
  function STRING NOT NULL OPTIONS (description = 'Function that found the incident, e.g. sync-watchdog.'),
  group_key STRING NOT NULL OPTIONS (description = 'The cause, e.g. connector:facebook. Follows the cause when it is renamed.'),
  version INT64 NOT NULL OPTIONS (description = 'Number of changes of this row, from 0. A write names the version that it replaces.'),
  findings STRING NOT NULL OPTIONS (description = 'JSON list of {check, subject, severity}: the open findings at the last evaluation.'),
  notified_findings STRING NOT NULL OPTIONS (description = 'JSON list of {check, subject, severity}: the findings of the last notice.'),
  notified_at TIMESTAMP OPTIONS (description = 'Tick of the last notice. NULL if no notice was sent yet.'),
  pending_notice STRING OPTIONS (description = 'JSON {notice, reason, findings, at}: a notice that a run was about to publish. NULL after it was published. A notice that remains here may have been published or not, and is published again under the same id.'),
  reminders INT64 NOT NULL OPTIONS (description = 'Number of reminders since the last notice with something new. The wait before the next reminder grows with it.'),
  acknowledged STRING OPTIONS (description = 'JSON {at, until}: the incident is acknowledged, and reminders are suppressed until then. NULL if it is not acknowledged or has grown since.'),
  history STRING NOT NULL OPTIONS (description = 'JSON list of {check, subject, breaks, changed_at, flapping_since}: how often each finding broke recently.'),
  owners STRING NOT NULL OPTIONS (description = 'JSON list of pseudonyms of all owners named so far, to compare with the owners in the warehouse file.'),
  severity STRING NOT NULL OPTIONS (description = 'Worst severity of the incident so far: warning or critical.'),
  title STRING NOT NULL OPTIONS (description = 'Last known title, for the recovery notice.'),
  since TIMESTAMP OPTIONS (description = 'When the cause began. NULL if unknown.'),
  opened_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick that first found it.'),
  changed_at TIMESTAMP NOT NULL OPTIONS (description = 'Tick that last changed this row.'),
  closed_at TIMESTAMP OPTIONS (description = 'Tick that closed it. NULL while it is open.'),
  closed_as STRING OPTIONS (description = 'Why it was closed: recovered, moved, never_notified or no_longer_monitored. For a notice that reports no incident: heartbeat or news.')
)
OPTIONS (description = 'Incidents of all functions, open and closed.')
