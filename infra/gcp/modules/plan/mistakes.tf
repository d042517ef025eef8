# What must not be deployed, each with how to mend it. All of it is said at once, see outputs.tf.

locals {
  # The module reads what it deploys from the folders beside its own, which a copy of infra/gcp alone has not.
  repository_mistakes = length(var.functions) > 0 && length(var.ddl) > 0 ? [] : [
    "There is nothing to deploy beside this module: use it inside its repository, by a relative path or by a source that ends in //infra/gcp."
  ]

  enabled = { for name, one in local.functions : name => one if one.enabled }

  name_mistakes = concat(
    [for name in keys(var.functions) :
      "The function ${name} has a service account plumbline-${name}, which may be 30 characters long: shorten the name to 20, in lower-case letters, digits and -."
      if !can(regex("^[a-z]([a-z0-9-]{0,18}[a-z0-9])$", name))
    ],
    [for name in keys(var.overrides) :
      "functions names ${name}, and there is no such function; there are ${join(", ", keys(var.functions))}."
      if !contains(keys(var.functions), name) && length(var.functions) > 0
    ],
  )

  schedule_mistakes = concat(
    [for name, one in local.enabled :
      "Nothing wakes ${name}: it has neither a schedule nor a topic. Give it one: functions = { ${name} = { schedule = \"0 * * * *\" } }."
      if one.schedule == null && one.topic == null
    ],
    [for name, one in local.enabled :
      "${name}: \"${one.schedule}\" is no schedule; write five fields (minute, hour, day of the month, month, day of the week), like \"0 * * * *\"."
      if one.schedule != null && !can(regex(local.cron, one.schedule))
    ],
    [for name, one in local.enabled :
      "${name} is woken by the topic ${one.topic}; leave its schedule out."
      if one.schedule != null && one.topic != null
    ],
    [for name, one in local.enabled :
      "${name}: \"${one.time_zone}\" is no time zone; write an IANA name like Europe/Berlin or Etc/UTC."
      if !can(regex("^[A-Za-z]+(?:/[A-Za-z0-9_+-]+)*$", one.time_zone))
    ],
  )

  timeout_mistakes = concat(
    [for name, one in local.enabled :
      "${name} may take ${one.timeout_seconds} s, but Cloud Scheduler waits for ${one.deadline_seconds} s at most: set timeout_seconds to 1 to ${local.longest_deadline - local.grace}."
      if one.schedule != null && (one.timeout_seconds < 1 || one.deadline_seconds < one.timeout_seconds + local.grace)
    ],
    [for name, one in local.enabled :
      "${name} may take ${one.timeout_seconds} s, but Pub/Sub waits for an acknowledgement for ${one.ack_seconds} s at most: set timeout_seconds to 1 to ${local.longest_ack - local.grace}."
      if one.topic != null && (one.timeout_seconds < 1 || one.ack_seconds < one.timeout_seconds + local.grace)
    ],
    # functions/shared/alerting begins to tell people only while 45 s are left.
    [for name, one in local.enabled :
      "${name} may take ${one.timeout_seconds} s, which is too short to look and to tell people: set timeout_seconds to 60 at least."
      if one.schedule != null && one.timeout_seconds >= 1 && one.timeout_seconds < 60
    ],
    # The notifier leases a delivery for 120 s, and begins a send only while 30 s are left.
    [for name, one in local.enabled :
      "${name} may take ${one.timeout_seconds} s, but its deliveries are leased for 120 s and a send takes up to 30 s: set timeout_seconds to 40 to 110."
      if one.topic != null && one.timeout_seconds >= 1 && (one.timeout_seconds < 40 || one.timeout_seconds > 110) && one.ack_seconds >= one.timeout_seconds + local.grace
    ],
  )

  size_mistakes = concat(
    [for name, one in local.enabled :
      "${name}: \"${one.memory}\" is no amount of memory; write it like 512Mi or 1Gi."
      if !can(regex("^[1-9][0-9]*(?:Mi|Gi|M|G)$", one.memory))
    ],
    [for name, one in local.enabled :
      "${name}: concurrency is ${one.concurrency}; write a whole number from 1 to 1000."
      if one.concurrency < 1 || one.concurrency > 1000 || floor(one.concurrency) != one.concurrency
    ],
    [for name, one in local.enabled :
      "${name}: max_instances is ${one.max_instances}; write a whole number from 1 to 100."
      if one.max_instances < 1 || one.max_instances > 100 || floor(one.max_instances) != one.max_instances
    ],
  )

  # Query results must not leave the place the data is kept in. London and Zurich are not in BigQuery's EU.
  fitting_region = (
    local.location == "US" ? "^us-[a-z]+[0-9]+$" :
    local.location == "EU" ? "^europe-(?:west(?:[13489]|1[0-9])|north[0-9]|central[0-9]|southwest[0-9])$" :
    "^${lower(local.location)}$"
  )
  region_mistakes = local.location == "" || can(regex(local.fitting_region, var.region)) ? [] : [
    "The functions' region is ${var.region}, but the warehouse's location is ${local.location}: choose ${
      local.location == "US" ? "a region of the USA, like us-central1" :
      local.location == "EU" ? "a region of the European Union, like europe-west1" :
      lower(local.location)
    }."
  ]

  file_mistakes = concat(
    [for key in ["project", "location", "ops_dataset", "sources", "notifications"] :
      "The warehouse file has no ${key}."
      if try(var.warehouse[key], null) == null
    ],
    [for id, parts in local.tables :
      "The source ${id} of the warehouse file needs its table as dataset.table or project.dataset.table."
      if !contains([2, 3], length(parts))
    ],
  )

  view_mistakes = concat(
    [for id, view in local.dedup_views :
      "The dedup view ${id} of the warehouse file is of ${try(view.source, "no source")}, and there is no such source; there are ${join(", ", keys(local.sources))}."
      if !contains(keys(local.sources), try(view.source, ""))
    ],
    [for id, view in local.dedup_views :
      "The dedup view ${id} of the warehouse file needs its view as dataset.table or project.dataset.table."
      if can(split(".", view.view)) && !contains([2, 3], length(local.views[id]))
    ],
  )

  pair_mistakes = [for id, pair in local.pairs :
    "The pair ${id} of the warehouse file needs two tables under between, each as dataset.table or project.dataset.table."
    if !try(length(pair.between) == 2 && alltrue([for side in pair.between : can(regex(local.table_name, side.table))]), false)
  ]

  table_name   = "^(?:[a-z][a-z0-9-]*[a-z0-9]\\.)?[A-Za-z_][A-Za-z0-9_]*\\.[A-Za-z0-9_-]+$"
  dataset_name = "^(?:[a-z][a-z0-9-]*[a-z0-9]\\.)?[A-Za-z_][A-Za-z0-9_]*$"
  pii_mistakes = local.pii == null ? [] : concat(
    length(local.pii_tables) > 0 ? [] : [
      "pii of the warehouse file names no table: name one under pii.tables by its source, or leave pii out."
    ],
    [for id in keys(local.pii_tables) :
      "pii.tables of the warehouse file names ${id}, and there is no such source; there are ${join(", ", keys(local.sources))}."
      if !contains(keys(local.sources), id)
    ],
    [for id, one in local.pii_tables :
      "pii.tables.${id} of the warehouse file needs its clean table as dataset.table or project.dataset.table."
      if !can(regex(local.table_name, one.clean))
    ],
    try(local.pii.search, null) == null || try(alltrue([for dataset in local.pii.search : can(regex(local.dataset_name, dataset))]), false) ? [] : [
      "pii.search of the warehouse file needs a list of datasets, each as dataset or project.dataset."
    ],
    try(local.pii.uploads, null) == null || can(regex(local.dataset_name, local.pii.uploads.dataset)) ? [] : [
      "pii.uploads of the warehouse file needs its dataset as dataset or project.dataset."
    ],
    try(local.pii.key, null) != null ? [] : [
      "pii of the warehouse file has no key: name the secret to hash with under pii.key."
    ],
    try(local.pii.key, null) == null || contains(local.well_named, coalesce(local.pii_key, "-")) ? [] : [
      "pii.key of the warehouse file names no secret: write the NAME of one in Secret Manager, never the key itself."
    ],
    try(local.pii.canaries, null) == null || contains(local.well_named, coalesce(local.pii_canaries, "-")) ? [] : [
      "pii.canaries of the warehouse file names no secret: write the NAME of one in Secret Manager, never the list itself."
    ],
    # Who can read the key can undo every hash. A short and a full name may be of one secret.
    !anytrue([for name in concat(values(local.channel_secrets), [local.link_key, local.pii_canaries]) :
      try(local.secret_places[name] == local.secret_places[local.pii_key], false)
      ]) ? [] : [
      "pii.key of the warehouse file is a secret of something else too, and whoever reads that could undo the hashes: give the key a secret of its own."
    ],
  )
  secret_places = { for name, secret in local.secrets : name => "${secret.project}/${secret.id}" }

  route_mistakes = concat(
    flatten([for n, route in local.routes : [for id in try(route.to, []) :
      "Route ${n + 1} of the warehouse file goes to ${id}, and there is no such channel; there are ${join(", ", keys(local.channels))}."
      if !contains(keys(local.channels), id)
    ]]),
    [for n, route in local.routes :
      "Route ${n + 1} of the warehouse file goes to no channel: name some under `to`."
      if length(try(route.to, [])) == 0
    ],
    [for id, secret in local.channel_secrets :
      "The channel ${id} of the warehouse file has no secret: name one under slack.webhook_secret or email.smtp_secret."
      if secret == null
    ],
    [for id, channel in local.channels :
      "The channel ${id} of the warehouse file is Slack and email at once: make two channels of it."
      if can(channel.slack.webhook_secret) && can(channel.email.smtp_secret)
    ],
    # What stands there may be the secret itself, so it is not quoted.
    [for id, secret in local.channel_secrets :
      "The channel ${id} of the warehouse file names no secret: write the NAME of one in Secret Manager, never the URL or the password itself."
      if secret != null && !contains(local.well_named, coalesce(secret, "-"))
    ],
    local.link_key == null || contains(local.well_named, coalesce(local.link_key, "-")) ? [] : [
      "notifications.acknowledge.secret of the warehouse file names no secret: write the NAME of one in Secret Manager, never the key itself."
    ],
  )

  table_mistakes = concat(
    [for table, one in local.ops_tables :
      "${table}.sql has ${local.written_columns[table]} columns, and ${length(one.schema)} of them can be read; write each on one line like its neighbours."
      if length(one.schema) != local.written_columns[table] || length(one.schema) == 0
    ],
    [for table, one in local.ops_tables :
      "${table}.sql has a column of a type that modules/plan/tables.tf does not know; add it to api_types."
      if anytrue([for column in one.schema : column.type == "unknown"])
    ],
    [for table, one in local.ops_tables :
      "${table}.sql has a partitioning or a clustering that modules/plan/tables.tf cannot read."
      if(one.partition == null) == can(regex("PARTITION BY", var.ddl[table])) || (one.clustering == null) == can(regex("CLUSTER BY", var.ddl[table]))
    ],
    [for table, one in local.ops_tables : "${table}.sql has no description of the table." if one.description == null],
  )

  invoker_mistakes = [for member in var.invokers :
    "\"${member}\" may not call a function: name people and groups, like group:analysts@example.com. Answers hold what the warehouse holds, so nobody is let in unnamed."
    if !can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):\\S+$", member))
  ]

  mistakes = concat(
    local.repository_mistakes, local.file_mistakes, local.name_mistakes, local.schedule_mistakes, local.timeout_mistakes, local.size_mistakes,
    local.region_mistakes, local.view_mistakes, local.pair_mistakes, local.pii_mistakes, local.route_mistakes, local.invoker_mistakes,
    local.table_mistakes,
  )
}
