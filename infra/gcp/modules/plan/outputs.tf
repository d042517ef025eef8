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
  description = "BigQuery location of the watched datasets."
  value       = local.location
}

output "ops_dataset" {
  description = "Id of the dataset of what the bundle remembers."
  value       = local.ops_dataset
}

output "datasets" {
  description = "Watched datasets, by project.dataset."
  value       = { for key, same in local.datasets : key => same[0] }
}

output "view_datasets" {
  description = "Datasets in which a dedup view lies, by project.dataset."
  value       = { for key, same in local.view_datasets : key => same[0] }
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

output "channels" {
  description = "Ids of the channels."
  value       = keys(local.channels)
}

output "tables" {
  description = "Ops tables by name, as BigQuery's API takes them."
  value       = local.ops_tables
}
