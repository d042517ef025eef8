# Where identifiers of people are, as functions/shared/config/sections/pii/resolve.ts reads it. Without the section: nowhere.

locals {
  pii        = try(var.warehouse.pii, null)
  pii_tables = try({ for id, one in local.pii.tables : id => one }, {})

  pii_raw   = [for id in keys(local.pii_tables) : lookup(local.tables, id, [])]
  pii_clean = { for id, one in local.pii_tables : id => try(split(".", one.clean), []) }

  # A dataset is read as one with a table in it, so that one place takes all names apart.
  pii_uploads = try([split(".", "${local.pii.uploads.dataset}.*")], [])
  pii_search  = try([for dataset in local.pii.search : split(".", "${dataset}.*")], null)

  pii_key      = try(tostring(local.pii.key), null)
  pii_canaries = try(tostring(local.pii.canaries), null)
}
