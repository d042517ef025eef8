-- Counts how many persons of one table are in another, by their old hashes and by their new ones. If the two counts
-- are equal, joins return the same persons before and after the rotation.
SELECT
  (
    SELECT COUNT(DISTINCT own.`{{own_old}}`)
    FROM `{{own}}` AS own
    INNER JOIN `{{among}}` AS among
      ON among.`{{among_old}}` = own.`{{own_old}}`
  ) AS old_matching,
  (
    SELECT COUNT(DISTINCT own.`{{own_new}}`)
    FROM `{{own}}` AS own
    INNER JOIN `{{among}}` AS among
      ON among.`{{among_new}}` = own.`{{own_new}}`
  ) AS new_matching
