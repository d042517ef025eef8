-- Inserts the row of a free lease, which take-lease then takes. Idempotent. BigQuery lets two of these statements
-- insert at once, because a MERGE that only inserts conflicts with nothing: both rows are taken and given back
-- together.
MERGE `{{ops}}.leases` AS lease
USING (SELECT @name AS name) AS wanted
ON
  lease.name = wanted.name
WHEN NOT MATCHED BY TARGET THEN
  INSERT (name, holder, held_until)
  VALUES (wanted.name, '', @at)
