-- Counts the notices that some channels have refused since each last accepted one, and since when. Reads only.
-- A delivery may have two rows, so it counts notices and not rows.
WITH
  tried AS (
    SELECT
      channel,
      notice,
      status,
      changed_at,
      MAX(IF(status = 'sent', changed_at, NULL)) OVER (PARTITION BY channel) AS last_sent
    FROM `{{ops}}.deliveries`
    WHERE channel IN UNNEST(@channels)
  )
SELECT
  channel,
  COUNT(DISTINCT notice) AS missed,
  MIN(changed_at) AS since
FROM tried
WHERE
  status = 'refused'
  AND (last_sent IS NULL OR changed_at > last_sent)
GROUP BY channel
ORDER BY channel
