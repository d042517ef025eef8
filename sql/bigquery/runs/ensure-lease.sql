-- Makes the row of a lease, free, for take-lease to compete for. Idempotent. BigQuery lets two of these insert at once,
-- because a MERGE that only inserts conflicts with nothing: both rows are taken and given back together.
MERGE `{{ops}}.leases` AS lease
USING (SELECT @name AS name) AS wanted
ON
  lease.name = wanted.name
WHEN NOT MATCHED BY TARGET THEN
  INSERT (name, holder, held_until)
  VALUES (wanted.name, '', @at)
