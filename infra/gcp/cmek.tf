# Everything at rest under a key of yours, where one is given: these agents of Google Cloud use it on our behalf.

locals {
  bigquery_kms_key_name = var.bigquery_kms_key_name == null ? var.kms_key_name : var.bigquery_kms_key_name

  # Known by the project's number; each exists from the first use of its service on, see README.md.
  agents = {
    artifacts = "service-${data.google_project.this.number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    bigquery  = "bq-${data.google_project.this.number}@bigquery-encryption.iam.gserviceaccount.com"
    functions = "service-${data.google_project.this.number}@gcf-admin-robot.iam.gserviceaccount.com"
    pubsub    = "service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
    run       = "service-${data.google_project.this.number}@serverless-robot-prod.iam.gserviceaccount.com"
    secrets   = "service-${data.google_project.this.number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
    storage   = "service-${data.google_project.this.number}@gs-project-accounts.iam.gserviceaccount.com"
  }

  keys = { for agent in keys(local.agents) : agent => agent == "bigquery" ? local.bigquery_kms_key_name : var.kms_key_name }
}

resource "google_kms_crypto_key_iam_member" "agent" {
  for_each = { for agent, key in local.keys : agent => key if key != null }

  crypto_key_id = each.value
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${local.agents[each.key]}"
}
