-- Frees the lease of this holder. Idempotent: a lease that another holder has taken since stays with it.
UPDATE `{{ops}}.leases` AS lease
SET
  held_until = @at
WHERE
  lease.name = @name
  AND lease.holder = @holder
