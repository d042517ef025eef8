# What the warehouse file names: datasets to read, secrets to make, channels to reach.

locals {
  project     = try(tostring(var.warehouse.project), "")
  location    = try(tostring(var.warehouse.location), "")
  ops_dataset = try(tostring(var.warehouse.ops_dataset), "")
  channels    = try({ for id, channel in var.warehouse.notifications.channels : id => channel }, {})
  routes      = try([for route in var.warehouse.notifications.routes : route], [])
  sources     = try({ for id, source in var.warehouse.sources : id => source }, {})

  # Tables of pairs are read as those of sources are, and need not be sources.
  pairs = try({ for id, pair in var.warehouse.pairs : id => pair }, {})
  paired = flatten([for pair in values(local.pairs) : [
    for side in try(pair.between, []) : try({ parts = split(".", side.table) }, [])
  ]])

  tables = { for id, source in local.sources : id => try(split(".", source.table), []) }

  # A view without a dataset of its own lies beside the source's table.
  dedup_views = try({ for id, view in var.warehouse.dedup_views : id => view }, {})
  views = { for id, view in local.dedup_views : id =>
    try(split(".", view.view), concat(slice(local.tables[view.source], 0, length(local.tables[view.source]) - 1), [id]), [])
  }

  # What the file names as dataset.table or project.dataset.table, taken apart: of each kind its datasets, once each.
  named_tables = {
    of_sources   = values(local.tables)
    watched      = concat(values(local.tables), local.paired[*].parts)
    of_views     = values(local.views)
    reconciled   = concat(values(local.tables), local.paired[*].parts, values(local.views), values(local.pii_clean))
    pii_edited   = concat(local.pii_raw, values(local.pii_clean), local.pii_uploads)
    pii_searched = local.pii_search == null ? concat(values(local.tables), values(local.pii_clean)) : local.pii_search
  }
  datasets_of = { for kind, named in local.named_tables : kind => { for key, same in
    { for parts in named :
      join(".", length(parts) == 3 ? slice(parts, 0, 2) : [local.project, parts[0]]) => {
        project = length(parts) == 3 ? parts[0] : local.project
        dataset = length(parts) == 3 ? parts[1] : parts[0]
      }... if contains([2, 3], length(parts))
    } : key => same[0]
  } }

  # One channel has one secret: a Slack webhook's URL or an SMTP server's.
  channel_secrets = { for id, channel in local.channels : id => try(channel.slack.webhook_secret, channel.email.smtp_secret, null) }
  link_key        = try(var.warehouse.notifications.acknowledge.secret, null)

  named     = compact(concat(values(local.channel_secrets), [local.link_key, local.pii_key, local.pii_canaries]))
  full_name = "^projects/([^/]+)/secrets/([A-Za-z0-9_-]{1,255})$"
  # Long hexadecimal digits would pass as a name, and are what a key looks like.
  well_named = distinct([for name in local.named : name
    if(can(regex("^[A-Za-z0-9_-]{1,255}$", name)) || can(regex(local.full_name, name))) && !can(regex("^[0-9A-Fa-f]{32,}$", name))
  ])

  # A short name is a secret of this deployment; a full one is somebody else's and is only read.
  secrets = { for name in local.well_named : name => {
    own     = !can(regex(local.full_name, name))
    project = try(regex(local.full_name, name)[0], local.project)
    id      = try(regex(local.full_name, name)[1], name)
    holds = (
      name == local.pii_key ? "the key that hashes identifiers of people" :
      name == local.pii_canaries ? "the list of planted people" :
      name == local.link_key ? "the key that signs links" :
      anytrue([for id, channel in local.channels : try(channel.slack.webhook_secret, null) == name]) ? "a Slack webhook's URL" :
      "an SMTP server's URL"
    )
  } }
}
