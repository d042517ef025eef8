# One row per fact over tables that are appended to: makes the clean views and keeps them.

locals {
  dedup_views = { for name, one in local.functions : name => one if name == "dedup-views" && one.enabled }

  kept_datasets = { for key, one in module.plan.view_datasets : key => one if length(local.dedup_views) > 0 }
}

module "dedup_views" {
  source   = "./modules/function"
  for_each = local.dedup_views

  function                  = each.value
  platform                  = local.platform
  service_account           = google_service_account.function["dedup-views"].email
  scheduler_service_account = google_service_account.scheduler.email
  ingress                   = "ALLOW_ALL"
  failed_calls              = each.value.failed_calls
  invokers = merge(
    { scheduler = google_service_account.scheduler.member },
    { for member in var.invokers : member => member },
  )
}

# Jobs are of the project; there is no narrower place to give this, and it reads no data.
resource "google_project_iam_member" "dedup_views_jobs" {
  for_each = local.dedup_views

  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.function["dedup-views"].member
}

# Who queries raw tables is in the log of jobs, which holds the text of every query of the project: only where asked for.
resource "google_project_iam_member" "dedup_views_job_log" {
  for_each = { for name, one in local.dedup_views : name => one if var.read_job_log }

  project = local.project
  role    = "roles/bigquery.resourceViewer"
  member  = google_service_account.function["dedup-views"].member
}

resource "google_bigquery_dataset_iam_member" "dedup_views_watched" {
  for_each = { for key, one in module.plan.datasets : key => one if length(local.dedup_views) > 0 }

  project    = each.value.project
  dataset_id = each.value.dataset
  role       = "roles/bigquery.dataViewer"
  member     = google_service_account.function["dedup-views"].member
}

# Raw tables often lie beside the views, and dataEditor could empty and delete them. This holds what a view needs: to be
# made, looked at, changed, and counted before it is replaced. BigQuery knows no right to change views alone: schema,
# expiry and labels of other tables in the dataset are within reach too, see README.md. A project's own role counts in
# that project only, hence one in each.
resource "google_project_iam_custom_role" "view_keeper" {
  for_each = toset([for one in values(local.kept_datasets) : one.project])

  project     = each.value
  role_id     = "plumblineViewKeeper"
  title       = "Plumbline view keeper"
  description = "Makes, reads and changes views. Writes no row, gives no right; reaches the metadata of any table in the dataset."
  permissions = [
    "bigquery.tables.create",
    "bigquery.tables.get",
    "bigquery.tables.getData",
    "bigquery.tables.update",
  ]

  depends_on = [google_project_service.this]
}

resource "google_bigquery_dataset_iam_member" "dedup_views_kept" {
  for_each = local.kept_datasets

  project    = each.value.project
  dataset_id = each.value.dataset
  role       = google_project_iam_custom_role.view_keeper[each.value.project].name
  member     = google_service_account.function["dedup-views"].member
}

resource "google_bigquery_dataset_iam_member" "dedup_views_ops" {
  for_each = local.dedup_views

  project    = local.project
  dataset_id = google_bigquery_dataset.ops.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = google_service_account.function["dedup-views"].member
}

resource "google_pubsub_topic_iam_member" "dedup_views_alerts" {
  for_each = local.dedup_views

  project = local.project
  topic   = google_pubsub_topic.alerts.name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.function["dedup-views"].member
}

resource "google_secret_manager_secret_iam_member" "dedup_views_link_key" {
  for_each = toset([for name in compact([module.plan.link_key]) : name if length(local.dedup_views) > 0])

  project   = module.plan.secrets[each.value].project
  secret_id = local.secret_ids[each.value]
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function["dedup-views"].member
}
