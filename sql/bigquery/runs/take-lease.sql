-- Takes what nobody holds. Two of these at once exclude each other: UPDATEs of one table conflict, and the later one runs
-- again on what the earlier one left, or fails and is tried again. Idempotent: what is held is not taken.
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
