-- Records the result of each check of a run. Idempotent: one row a run, check and subject. Only a run that has not
-- finished is retried, and then the later result replaces the earlier one.
MERGE `{{ops}}.check_results` AS remembered
USING (
  SELECT
    run_id,
    function,
    check_name,
    subject,
    status,
    code,
    text,
    detail,
    schedule_time
  FROM
    UNNEST(@results)
) AS result
ON
  -- Limits the scan to one partition.
  remembered.schedule_time = @schedule_time
  AND remembered.run_id = result.run_id
  AND remembered.check_name = result.check_name
  AND remembered.subject = result.subject
WHEN MATCHED THEN
  UPDATE SET
    status = result.status,
    code = result.code,
    text = result.text,
    detail = result.detail
WHEN NOT MATCHED THEN
  INSERT (run_id, function, check_name, subject, status, code, text, detail, schedule_time)
  VALUES (
    result.run_id,
    result.function,
    result.check_name,
    result.subject,
    result.status,
    result.code,
    result.text,
    result.detail,
    result.schedule_time
  )
