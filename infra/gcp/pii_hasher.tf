# No plaintext of people stays: hashed into clean tables, emptied in the raw ones. Without pii in the warehouse file it
# runs, answers that nothing is configured, and reads and writes nobody's data.

locals {
  pii_hasher = { for name, one in local.functions : name => one if name == "pii-hasher" && one.enabled }

  pii_edited_datasets = { for key, one in module.plan.pii_edited_datasets : key => one if length(local.pii_hasher) > 0 }
  pii_read_datasets   = { for key, one in module.plan.pii_read_datasets : key => one if length(local.pii_hasher) > 0 }
  pii_secrets         = toset([for name in compact([module.plan.pii_key, module.plan.pii_canaries]) : name if length(local.pii_hasher) > 0])
}

module "pii_hasher" {
  source   = "./modules/function"
  for_each = local.pii_hasher

  function                  = each.value
  platform                  = local.platform
  service_account           = google_service_account.function["pii-hasher"].email
  scheduler_service_account = google_service_account.scheduler.email
  ingress                   = "ALLOW_ALL"
  failed_calls              = each.value.failed_calls
  invokers = merge(
    { scheduler = google_service_account.scheduler.member },
    { for member in var.invokers : member => member },
  )
}

# Jobs are of the project; there is no narrower place to give this, and it reads no data.
resource "google_project_iam_member" "pii_hasher_jobs" {
  for_each = local.pii_hasher

  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.function["pii-hasher"].member
}

# The proof that nothing readable is left looks where people's identifiers should never have been, too.
resource "google_bigquery_dataset_iam_member" "pii_hasher_read" {
  for_each = local.pii_read_datasets

  project    = each.value.project
  dataset_id = each.value.dataset
  role       = "roles/bigquery.dataViewer"
  member     = google_service_account.function["pii-hasher"].member
}

# Rows are emptied in raw tables and written to clean ones; what is on its way between them, and a rotation, is in tables
# that it makes, fills and deletes. A role of our own with just that would hold tables.create, .get, .getData, .updateData,
# .update and .delete, and so could still empty, alter and delete any table of the dataset: all that is dangerous in
# dataEditor. On the raw table alone it would be narrower, and be gone with every loader that replaces its table: then
# plaintext stays.
resource "google_bigquery_dataset_iam_member" "pii_hasher_edited" {
  for_each = local.pii_edited_datasets

  project    = each.value.project
  dataset_id = each.value.dataset
  role       = "roles/bigquery.dataEditor"
  member     = google_service_account.function["pii-hasher"].member
}

resource "google_bigquery_dataset_iam_member" "pii_hasher_ops" {
  for_each = local.pii_hasher

  project    = local.project
  dataset_id = google_bigquery_dataset.ops.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = google_service_account.function["pii-hasher"].member
}

resource "google_pubsub_topic_iam_member" "pii_hasher_alerts" {
  for_each = local.pii_hasher

  project = local.project
  topic   = google_pubsub_topic.alerts.name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.function["pii-hasher"].member
}

# Every version of the key: a hash of the newest is made of those before it.
resource "google_secret_manager_secret_iam_member" "pii_hasher_secrets" {
  for_each = local.pii_secrets

  project   = module.plan.secrets[each.value].project
  secret_id = local.secret_ids[each.value]
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function["pii-hasher"].member
}

resource "google_secret_manager_secret_iam_member" "pii_hasher_link_key" {
  for_each = toset([for name in compact([module.plan.link_key]) : name if length(local.pii_hasher) > 0])

  project   = module.plan.secrets[each.value].project
  secret_id = local.secret_ids[each.value]
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function["pii-hasher"].member
}
