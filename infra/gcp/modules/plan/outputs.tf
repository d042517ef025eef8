output "functions" {
  description = "Every function as it is deployed, by name."
  value       = local.functions

  precondition {
    condition     = length(local.mistakes) == 0
    error_message = "This cannot be deployed:\n- ${join("\n- ", local.mistakes)}"
  }
}

output "project" {
  description = "Project of the functions, the topic, the secrets and the ops dataset."
  value       = local.project
}

output "location" {
  description = "BigQuery location of the monitored datasets."
  value       = local.location
}

output "ops_dataset" {
  description = "Id of the dataset of what the bundle remembers."
  value       = local.ops_dataset
}

output "datasets" {
  description = "Datasets of sources and of pairs of tables, which are watched, by project.dataset."
  value       = local.datasets_of["watched"]
}

output "view_datasets" {
  description = "Datasets in which a dedup view lies, by project.dataset."
  value       = local.datasets_of["of_views"]
}

output "reconciled_datasets" {
  description = "Datasets of every table and every clean view that the warehouse file names, by project.dataset: what is held against what."
  value       = local.datasets_of["reconciled"]
}

output "pii_edited_datasets" {
  description = "Datasets of the raw and clean tables of people, and of the hashes for ad platforms, by project.dataset."
  value       = local.datasets_of["pii_edited"]
}

output "pii_read_datasets" {
  description = "Datasets of sources, or searched for what is readable of people, by project.dataset; none where nothing is said of people."
  value       = { for key, one in merge(local.datasets_of["of_sources"], local.datasets_of["pii_searched"]) : key => one if local.pii != null }
}

output "secrets" {
  description = "Secrets the warehouse file names, by that name."
  value       = local.secrets
}

output "channel_secrets" {
  description = "Names of the channels' secrets."
  value       = toset([for secret in values(local.channel_secrets) : secret if contains(local.well_named, coalesce(secret, "-"))])
}

output "link_key" {
  description = "Name of the secret that signs links; null where links are not signed."
  value       = local.link_key
}

output "pii_key" {
  description = "Name of the secret that identifiers of people are hashed with; null where there are none."
  value       = local.pii_key
}

output "pii_canaries" {
  description = "Name of the secret that lists planted people; null where nobody is planted."
  value       = local.pii_canaries
}

output "channels" {
  description = "Ids of the channels."
  value       = keys(local.channels)
}

output "tables" {
  description = "Ops tables by name, as BigQuery's API takes them."
  value       = local.ops_tables
}
