-- Returns the decisions about one incident or one subject, newest first, with the delivery of each notice: one row
-- for each channel, and one row without a channel if nothing was delivered. Reads only the partitions of the days
-- asked for.
-- `pressed` is an action that a user asked for; a tick made all other decisions.
-- Two runs of one tick may have logged a decision twice: it is returned once.
WITH
  decisions AS (
    SELECT DISTINCT
      schedule_time,
      incident,
      title,
      notified,
      reason,
      why,
      notice,
      failure,
      STARTS_WITH(run_id, CONCAT(@function, '/acknowledged/')) AS pressed
    FROM `{{ops}}.alert_log`
    WHERE
      function = @function
      AND schedule_time > @since
      AND schedule_time <= @now
      AND (@incident IS NULL OR incident = @incident)
      AND (@subject IS NULL OR @subject IN UNNEST(subjects))
  )
SELECT DISTINCT
  decisions.schedule_time,
  decisions.incident,
  decisions.title,
  decisions.notified,
  decisions.reason,
  decisions.why,
  decisions.notice,
  decisions.failure,
  decisions.pressed,
  deliveries.channel,
  deliveries.status
FROM decisions
LEFT JOIN `{{ops}}.deliveries` AS deliveries
  ON deliveries.notice = decisions.notice
ORDER BY
  decisions.schedule_time DESC,
  decisions.incident,
  decisions.notified,
  decisions.reason,
  decisions.notice,
  deliveries.channel,
  deliveries.status
