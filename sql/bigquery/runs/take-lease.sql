-- Takes a free lease. Two concurrent statements exclude each other: UPDATEs of one table conflict, and BigQuery runs
-- the later one again on the new rows or fails it, which leads to a retry. Idempotent: a taken lease is not taken
-- again.
UPDATE `{{ops}}.leases` AS lease
SET
  holder = @holder,
  held_until = @until
WHERE
  lease.name = @name
  AND lease.name NOT IN (
    SELECT held.name
    FROM `{{ops}}.leases` AS held
    WHERE held.name = @name AND held.held_until > @at
  )
