-- Frees what this holder holds. Idempotent: what another holds by now stays its own.
UPDATE `{{ops}}.leases` AS lease
SET
  held_until = @at
WHERE
  lease.name = @name
  AND lease.holder = @holder
