# Is every source fresh? Hourly, and for analysts at any time.

locals {
  sync_watchdog = { for name, one in local.functions : name => one if name == "sync-watchdog" && one.enabled }
}

module "sync_watchdog" {
  source   = "./modules/function"
  for_each = local.sync_watchdog

  function                  = each.value
  platform                  = local.platform
  service_account           = google_service_account.function["sync-watchdog"].email
  scheduler_service_account = google_service_account.scheduler.email
  ingress                   = "ALLOW_ALL"
  failed_calls              = each.value.failed_calls
  invokers = merge(
    { scheduler = google_service_account.scheduler.member },
    { for member in var.invokers : member => member },
  )
}

# Jobs are of the project; there is no narrower place to give this, and it reads no data.
resource "google_project_iam_member" "sync_watchdog_jobs" {
  for_each = local.sync_watchdog

  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.function["sync-watchdog"].member
}

resource "google_bigquery_dataset_iam_member" "sync_watchdog_watched" {
  for_each = { for key, one in module.plan.datasets : key => one if length(local.sync_watchdog) > 0 }

  project    = each.value.project
  dataset_id = each.value.dataset
  role       = "roles/bigquery.dataViewer"
  member     = google_service_account.function["sync-watchdog"].member
}

resource "google_bigquery_dataset_iam_member" "sync_watchdog_ops" {
  for_each = local.sync_watchdog

  project    = local.project
  dataset_id = google_bigquery_dataset.ops.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = google_service_account.function["sync-watchdog"].member
}

resource "google_pubsub_topic_iam_member" "sync_watchdog_alerts" {
  for_each = local.sync_watchdog

  project = local.project
  topic   = google_pubsub_topic.alerts.name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.function["sync-watchdog"].member
}

resource "google_secret_manager_secret_iam_member" "sync_watchdog_link_key" {
  for_each = toset([for name in compact([module.plan.link_key]) : name if length(local.sync_watchdog) > 0])

  project   = module.plan.secrets[each.value].project
  secret_id = local.secret_ids[each.value]
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function["sync-watchdog"].member
}
