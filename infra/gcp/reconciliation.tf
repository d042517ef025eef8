# Do the numbers hold? Daily, and for analysts at any time.

locals {
  reconciliation = { for name, one in local.functions : name => one if name == "reconciliation" && one.enabled }

  reconciled_datasets = { for key, one in module.plan.reconciled_datasets : key => one if length(local.reconciliation) > 0 }
}

module "reconciliation" {
  source   = "./modules/function"
  for_each = local.reconciliation

  function                  = each.value
  platform                  = local.platform
  service_account           = google_service_account.function["reconciliation"].email
  scheduler_service_account = google_service_account.scheduler.email
  ingress                   = "ALLOW_ALL"
  failed_calls              = each.value.failed_calls
  invokers = merge(
    { scheduler = google_service_account.scheduler.member },
    { for member in var.invokers : member => member },
  )
}

# Jobs are of the project; there is no narrower place to give this, and it reads no data.
resource "google_project_iam_member" "reconciliation_jobs" {
  for_each = local.reconciliation

  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.function["reconciliation"].member
}

# Raw tables and what is made of them are held against each other, so both are read; nothing but its own memory is written.
resource "google_bigquery_dataset_iam_member" "reconciliation_read" {
  for_each = local.reconciled_datasets

  project    = each.value.project
  dataset_id = each.value.dataset
  role       = "roles/bigquery.dataViewer"
  member     = google_service_account.function["reconciliation"].member
}

resource "google_bigquery_dataset_iam_member" "reconciliation_ops" {
  for_each = local.reconciliation

  project    = local.project
  dataset_id = google_bigquery_dataset.ops.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = google_service_account.function["reconciliation"].member
}

resource "google_pubsub_topic_iam_member" "reconciliation_alerts" {
  for_each = local.reconciliation

  project = local.project
  topic   = google_pubsub_topic.alerts.name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.function["reconciliation"].member
}

resource "google_secret_manager_secret_iam_member" "reconciliation_link_key" {
  for_each = toset([for name in compact([module.plan.link_key]) : name if length(local.reconciliation) > 0])

  project   = module.plan.secrets[each.value].project
  secret_id = local.secret_ids[each.value]
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function["reconciliation"].member
}
