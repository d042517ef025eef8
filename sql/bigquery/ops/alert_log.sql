-- Every decision about telling people, silences too, with its reason: the answer to "why was I not told?".
-- Grows with every tick that has an open incident, hence partitions by day.
-- Idempotent: does nothing where the table exists.
CREATE TABLE IF NOT EXISTS `{{ops}}.alert_log` (
  run_id STRING NOT NULL OPTIONS (description = 'Run that decided, see runs.'),
  function STRING NOT NULL OPTIONS (description = 'Function that decided, e.g. sync-watchdog.'),
  schedule_time TIMESTAMP NOT NULL OPTIONS (description = 'Tick it decided for.'),
  incident STRING NOT NULL OPTIONS (description = 'See alert_state.'),
  group_key STRING NOT NULL OPTIONS (description = 'The cause, e.g. connector:facebook. Where nothing is wrong, news/<key> or heartbeat/<day>.'),
  title STRING NOT NULL OPTIONS (description = 'What it was about, in one line.'),
  notified BOOL NOT NULL OPTIONS (description = 'TRUE for a notice, FALSE for a silence.'),
  reason STRING NOT NULL OPTIONS (description = 'first, escalated, new_finding, reminder, flapping, partly_recovered, recovered, heartbeat, news, or repeat_interval, still_flapping, inhibited, silenced, acknowledged, not_evaluated, moved, never_notified, no_longer_monitored, stale_tick.'),
  why STRING NOT NULL OPTIONS (description = 'The reason in a sentence.'),
  notice STRING OPTIONS (description = 'Id of the notice. NULL for a silence.'),
  failure STRING OPTIONS (description = 'Why the notice could not be published. NULL when it was.'),
  findings STRING NOT NULL OPTIONS (description = 'JSON list of {check, subject, severity}: what was wrong at the time.'),
  subjects ARRAY<STRING> OPTIONS (description = 'What it was about, what was well again too: to find the decisions about one source by.')
)
PARTITION BY DATE(schedule_time)
OPTIONS (description = 'Every decision about telling people, silences too, with its reason.')
