# What the bundle remembers. sql/bigquery/ops says what the tables are; modules/plan reads it.

resource "google_bigquery_dataset" "ops" {
  project                    = local.project
  dataset_id                 = module.plan.ops_dataset
  location                   = module.plan.location
  description                = "What Plumbline remembers: runs, verdicts, incidents, decisions, deliveries."
  labels                     = local.labels
  delete_contents_on_destroy = false

  dynamic "default_encryption_configuration" {
    for_each = local.bigquery_kms_key_name == null ? [] : [local.bigquery_kms_key_name]
    content {
      kms_key_name = default_encryption_configuration.value
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

resource "google_bigquery_table" "ops" {
  for_each = module.plan.tables

  project             = local.project
  dataset_id          = google_bigquery_dataset.ops.dataset_id
  table_id            = each.key
  description         = each.value.description
  labels              = local.labels
  schema              = jsonencode(each.value.schema)
  clustering          = each.value.clustering
  deletion_protection = var.deletion_protection

  dynamic "time_partitioning" {
    for_each = each.value.partition == null ? [] : [each.value.partition]
    content {
      type          = "DAY"
      field         = time_partitioning.value
      expiration_ms = var.history_days * 24 * 60 * 60 * 1000
    }
  }

  # The dataset's default is not enough: what a table inherits looks like a change to the next plan.
  dynamic "encryption_configuration" {
    for_each = local.bigquery_kms_key_name == null ? [] : [local.bigquery_kms_key_name]
    content {
      kms_key_name = encryption_configuration.value
    }
  }
}
