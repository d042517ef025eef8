# Every setting at once, against a mocked provider; see minimal.tftest.hcl for how to run it.
#
#   npm run build -- --config infra/gcp/examples/complete/warehouse.yaml
#   terraform init && terraform test -filter=tests/complete.tftest.hcl -var bundles_dir=../build/.out

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
  mock_resource "google_cloudfunctions2_function" {
    defaults = { service_config = { uri = "https://function-abc-ew.a.run.app" } }
  }
}

variables {
  warehouse_file = "examples/complete/warehouse.yaml"
  region         = "europe-west1"
  functions = {
    sync-watchdog = { schedule = "*/30 * * * *", time_zone = "Europe/Berlin", memory = "1Gi", timeout_seconds = 600, concurrency = 20 }
    notifier      = { timeout_seconds = 100, max_instances = 5 }
  }
  invokers              = ["group:analysts@example.com", "user:ada@example.com"]
  read_job_log          = true
  alert_emails          = ["data-platform@example.com"]
  notification_channels = ["projects/my-project/notificationChannels/1"]
  playbooks_url         = "https://github.com/example/plumbline/blob/main"
  history_days          = 800
  deletion_protection   = false
  enable_apis           = false
  kms_key_name          = "projects/my-project/locations/europe-west1/keyRings/data/cryptoKeys/plumbline"
  bigquery_kms_key_name = "projects/my-project/locations/europe/keyRings/data/cryptoKeys/plumbline"
  vpc                   = { network = "data", subnetwork = "data-europe-west1", egress = "VPC_EGRESS_ALL_TRAFFIC" }
  labels                = { team = "data-platform" }
}

run "every_setting_counts" {
  assert {
    condition     = length(google_project_service.this) == 0
    error_message = "APIs are left alone."
  }
  assert {
    condition     = tonumber(google_pubsub_subscription.notifier_alerts["notifier"].ack_deadline_seconds) == 130
    error_message = "A longer timeout has a longer acknowledgement."
  }
  assert {
    condition     = toset([for right in google_bigquery_dataset_iam_member.sync_watchdog_watched : "${right.project}.${right.dataset_id}"]) == toset(["my-project.ads_data", "my-project.shop_data", "my-project.support", "my-shop.crm", "my-marts.marts"])
    error_message = "A dataset of another project is read too, and one of a pair."
  }
  assert {
    condition     = toset([for right in google_bigquery_dataset_iam_member.dedup_views_watched : "${right.project}.${right.dataset_id}"]) == toset(["my-project.ads_data", "my-project.shop_data", "my-project.support", "my-shop.crm", "my-marts.marts"])
    error_message = "Raw tables are read where they are."
  }
  assert {
    condition     = toset([for right in google_bigquery_dataset_iam_member.dedup_views_kept : "${right.project}.${right.dataset_id}"]) == toset(["my-project.clean", "my-marts.shared"])
    error_message = "Views are kept where they lie, and nowhere else."
  }
  assert {
    condition     = toset([for right in google_bigquery_dataset_iam_member.reconciliation_read : "${right.project}.${right.dataset_id} ${right.role}"]) == toset([for dataset in ["my-project.ads_data", "my-project.shop_data", "my-project.support", "my-project.clean", "my-shop.crm", "my-shop.crm_clean", "my-marts.marts", "my-marts.shared"] : "${dataset} roles/bigquery.dataViewer"])
    error_message = "Raw tables, pairs, clean views and clean tables are read where they are, and nothing else."
  }
  assert {
    condition     = { for key, made in google_project_iam_custom_role.view_keeper : key => made.project } == { "my-project" = "my-project", "my-marts" = "my-marts" }
    error_message = "A project's own role counts in that project only: one in each."
  }
  assert {
    condition     = alltrue([for right in google_bigquery_dataset_iam_member.dedup_views_kept : right.role == google_project_iam_custom_role.view_keeper[right.project].name])
    error_message = "On each dataset stands the role of its own project."
  }
  assert {
    condition     = google_project_iam_member.dedup_views_job_log["dedup-views"].role == "roles/bigquery.resourceViewer" && google_project_iam_member.dedup_views_job_log["dedup-views"].project == "my-project"
    error_message = "The log of jobs is read where that is asked for."
  }
  assert {
    condition     = keys(google_secret_manager_secret.this) == ["plumbline-ack-key", "plumbline-identity-key", "slack-data-alerts"]
    error_message = "Somebody else's secret is not made here."
  }
  assert {
    condition     = google_secret_manager_secret_iam_member.notifier_channels["projects/my-mail/secrets/smtp-url"].project == "my-mail" && google_secret_manager_secret_iam_member.notifier_channels["projects/my-mail/secrets/smtp-url"].secret_id == "smtp-url"
    error_message = "Somebody else's secret is read."
  }
  assert {
    condition     = keys(google_secret_manager_secret_iam_member.sync_watchdog_link_key) == ["plumbline-ack-key"] && keys(google_secret_manager_secret_iam_member.dedup_views_link_key) == ["plumbline-ack-key"] && keys(google_secret_manager_secret_iam_member.pii_hasher_link_key) == ["plumbline-ack-key"] && keys(google_secret_manager_secret_iam_member.reconciliation_link_key) == ["plumbline-ack-key"]
    error_message = "Who tells people anything signs links."
  }
  assert {
    condition     = google_pubsub_topic.alerts.kms_key_name == var.kms_key_name && google_pubsub_topic.dead_letters.kms_key_name == var.kms_key_name && google_storage_bucket.bundles.encryption[0].default_kms_key_name == var.kms_key_name && google_artifact_registry_repository.images.kms_key_name == var.kms_key_name
    error_message = "The key encrypts what lies in the region."
  }
  assert {
    condition     = alltrue([for table in google_bigquery_table.ops : table.encryption_configuration[0].kms_key_name == var.bigquery_kms_key_name]) && google_kms_crypto_key_iam_member.agent["bigquery"].crypto_key_id == var.bigquery_kms_key_name
    error_message = "The dataset's key is the one of its location."
  }
  assert {
    condition     = google_secret_manager_secret.this["slack-data-alerts"].replication[0].user_managed[0].replicas[0].location == "europe-west1"
    error_message = "A secret under a key of one region lies in that region."
  }
  assert {
    condition     = google_kms_crypto_key_iam_member.agent["pubsub"].member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    error_message = "Agents are named by the project's number."
  }
  assert {
    condition     = google_bigquery_dataset.ops.labels == tomap({ app = "plumbline", team = "data-platform" })
    error_message = "Labels are added to."
  }
  assert {
    condition     = length(google_monitoring_alert_policy.bytes_billed.notification_channels) == 2
    error_message = "Old channels and new ones hear."
  }
  assert {
    condition     = google_monitoring_alert_policy.notices_wait["notifier"].documentation[0].links[0].url == "https://github.com/example/plumbline/blob/main/functions/notifier/README.md#when-this-alerts"
    error_message = "An alert links to its playbook."
  }
  assert {
    condition     = [for link in google_monitoring_alert_policy.bytes_billed.documentation[0].links : link.url] == [for name in ["sync-watchdog", "dedup-views", "pii-hasher", "reconciliation"] : "https://github.com/example/plumbline/blob/main/functions/${name}/README.md#when-this-alerts"]
    error_message = "Bytes are read by more than one function."
  }
  assert {
    condition     = output.set_secrets["plumbline-ack-key"] == "openssl rand -hex 32 | gcloud secrets versions add plumbline-ack-key --project=my-project --data-file=-"
    error_message = "A key is made, not invented."
  }
  assert {
    condition     = output.set_secrets["plumbline-identity-key"] == "openssl rand -hex 32 | tr -d '\\n' | gcloud secrets versions add plumbline-identity-key --project=my-project --data-file=-"
    error_message = "A newline would make another key of it."
  }
}

run "identifiers_of_people" {
  variables {
    deletion_protection = true
  }

  assert {
    condition     = toset([for right in google_bigquery_dataset_iam_member.pii_hasher_edited : "${right.project}.${right.dataset_id} ${right.role}"]) == toset([for dataset in ["my-project.shop_data", "my-shop.crm", "my-project.clean", "my-shop.crm_clean", "my-project.ad_uploads"] : "${dataset} roles/bigquery.dataEditor"])
    error_message = "Rows of people are changed where they come from and go to, and nowhere else."
  }
  assert {
    condition     = toset([for right in google_bigquery_dataset_iam_member.pii_hasher_read : "${right.project}.${right.dataset_id} ${right.role}"]) == toset([for dataset in ["my-project.ads_data", "my-project.shop_data", "my-shop.crm", "my-marts.marts", "my-project.clean", "my-shop.crm_clean", "my-project.support"] : "${dataset} roles/bigquery.dataViewer"])
    error_message = "What is watched or searched is read."
  }
  assert {
    condition     = { for name, right in google_secret_manager_secret_iam_member.pii_hasher_secrets : name => "${right.project} ${right.secret_id} ${right.role}" } == { "plumbline-identity-key" = "my-project plumbline-identity-key roles/secretmanager.secretAccessor", "projects/my-security/secrets/planted-people" = "my-security planted-people roles/secretmanager.secretAccessor" }
    error_message = "The key and the planted people are read."
  }
  assert {
    condition     = { for name, secret in google_secret_manager_secret.this : name => tobool(secret.deletion_protection) } == { plumbline-ack-key = false, plumbline-identity-key = true, slack-data-alerts = false }
    error_message = "The key of the hashes is not deleted."
  }
  assert {
    condition     = { for name, secret in google_secret_manager_secret.this : name => secret.version_destroy_ttl if secret.version_destroy_ttl != null } == { plumbline-identity-key = "2592000s" }
    error_message = "A version of it that is destroyed by mistake comes back within a month."
  }
}

run "the_key_of_the_hashes_may_be_deleted_where_that_is_said" {
  assert {
    condition     = !tobool(google_secret_manager_secret.this["plumbline-identity-key"].deletion_protection)
    error_message = "deletion_protection is off."
  }
}

run "dedup_views_and_reconciliation_are_off" {
  variables {
    functions = { dedup-views = { enabled = false }, reconciliation = { enabled = false } }
  }

  assert {
    condition     = length(module.reconciliation) + length(google_bigquery_dataset_iam_member.reconciliation_read) + length(google_bigquery_dataset_iam_member.reconciliation_ops) + length(google_project_iam_member.reconciliation_jobs) + length(google_pubsub_topic_iam_member.reconciliation_alerts) + length(google_secret_manager_secret_iam_member.reconciliation_link_key) == 0
    error_message = "No function, no right."
  }
  assert {
    condition     = length(module.dedup_views) + length(google_project_iam_custom_role.view_keeper) + length(google_bigquery_dataset_iam_member.dedup_views_kept) + length(google_project_iam_member.dedup_views_job_log) == 0
    error_message = "No function, no role, no right to keep a view or to read the log of jobs."
  }
  assert {
    condition     = length(google_bigquery_dataset_iam_member.dedup_views_watched) + length(google_bigquery_dataset_iam_member.dedup_views_ops) + length(google_project_iam_member.dedup_views_jobs) + length(google_secret_manager_secret_iam_member.dedup_views_link_key) == 0
    error_message = "Nor any other right."
  }
}

run "the_hasher_is_off" {
  variables {
    functions = { pii-hasher = { enabled = false } }
  }

  assert {
    condition     = length(module.pii_hasher) + length(google_bigquery_dataset_iam_member.pii_hasher_read) + length(google_bigquery_dataset_iam_member.pii_hasher_edited) + length(google_secret_manager_secret_iam_member.pii_hasher_secrets) == 0
    error_message = "No function, no right to read or change anybody's rows, none to their key."
  }
  assert {
    condition     = length(google_bigquery_dataset_iam_member.pii_hasher_ops) + length(google_project_iam_member.pii_hasher_jobs) + length(google_pubsub_topic_iam_member.pii_hasher_alerts) + length(google_secret_manager_secret_iam_member.pii_hasher_link_key) == 0
    error_message = "Nor any other right."
  }
  assert {
    condition     = contains(keys(google_secret_manager_secret.this), "plumbline-identity-key")
    error_message = "The key stays: hashes that are there need it."
  }
}
