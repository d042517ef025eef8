-- Changes the status of a rotation. It runs under the lease. When a key becomes active, the same statement retires
-- the key before it, so exactly one key is active at any time. Idempotent.
UPDATE `{{ops}}.pii_keys` AS registered
SET
  status = IF(registered.generation = @generation, @status, 'retired'),
  detail = IF(registered.generation = @generation, COALESCE(@detail, registered.detail), registered.detail),
  changed_at = @now
WHERE
  registered.status != 'undone'
  AND (
    registered.generation = @generation
    OR (@status = 'active' AND registered.status = 'active')
  )
