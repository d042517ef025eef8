-- Moves a rotation on. Under the lease. When its key becomes the active one, the one before it retires in the same
-- statement, so there is always exactly one. Idempotent.
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
