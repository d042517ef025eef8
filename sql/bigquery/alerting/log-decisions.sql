-- Adds the decisions of one run.
-- Idempotent per run and incident: a repeated write adds nothing. It replaces a decision only if its notice could not
-- be published before. Two concurrent runs of one tick may leave a row twice.
MERGE `{{ops}}.alert_log` AS log
USING UNNEST(@rows) AS decision
ON
  log.run_id = @run_id
  AND log.schedule_time = @now
  AND log.incident = decision.incident
WHEN MATCHED AND log.failure IS NOT NULL THEN
  UPDATE SET
    title = decision.title,
    notified = decision.notified,
    reason = decision.reason,
    why = decision.why,
    notice = decision.notice,
    failure = decision.failure,
    findings = decision.findings,
    subjects = decision.subjects
WHEN NOT MATCHED BY TARGET THEN
  INSERT (run_id, function, schedule_time, incident, group_key, title, notified, reason, why, notice, failure, findings, subjects)
  VALUES (
    @run_id,
    @function,
    @now,
    decision.incident,
    decision.group_key,
    decision.title,
    decision.notified,
    decision.reason,
    decision.why,
    decision.notice,
    decision.failure,
    decision.findings,
    decision.subjects
  )
