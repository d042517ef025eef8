-- Decisions about notices with their reasons, suppressed notices included. It answers "why was I not notified?".
-- Every tick with an open incident adds rows, so the table is partitioned by day.
-- Idempotent: does nothing if the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.alert_log` (
  run_id STRING NOT NULL OPTIONS (description = 'Run that decided, see runs.'),
  function STRING NOT NULL OPTIONS (description = 'Function that decided, e.g. sync-watchdog.'),
  schedule_time TIMESTAMP NOT NULL OPTIONS (description = 'Tick of the decision.'),
  incident STRING NOT NULL OPTIONS (description = 'See alert_state.'),
  group_key STRING NOT NULL OPTIONS (description = 'The cause, e.g. connector:facebook. For a notice that reports no incident: news/<key> or heartbeat/<day>.'),
  title STRING NOT NULL OPTIONS (description = 'Title of the incident or notice, in one line.'),
  notified BOOL NOT NULL OPTIONS (description = 'TRUE if a notice was published or attempted, FALSE if it was suppressed.'),
  reason STRING NOT NULL OPTIONS (description = 'first, escalated, new_finding, reminder, flapping, partly_recovered, recovered, heartbeat, news, or repeat_interval, still_flapping, inhibited, silenced, acknowledged, not_evaluated, moved, never_notified, no_longer_monitored, stale_tick.'),
  why STRING NOT NULL OPTIONS (description = 'The reason in a sentence.'),
  notice STRING OPTIONS (description = 'Id of the notice. NULL if it was suppressed.'),
  failure STRING OPTIONS (description = 'Why the notice could not be published. NULL if it was published.'),
  findings STRING NOT NULL OPTIONS (description = 'JSON list of {check, subject, severity}: the open findings at the time.'),
  subjects ARRAY<STRING> OPTIONS (description = 'Subjects of the incident, resolved ones included. Used to find the decisions about one source.')
)
PARTITION BY DATE(schedule_time)
OPTIONS (description = 'Decisions about notices with their reasons, suppressed notices included.')
