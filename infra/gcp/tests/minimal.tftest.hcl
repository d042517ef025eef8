# The whole module against a mocked provider: no project, no credentials, but the provider must be installed.
#
#   npm run build -- --config infra/gcp/examples/minimal/warehouse.yaml
#   terraform init && terraform test -filter=tests/minimal.tftest.hcl -var bundles_dir=../build/.out

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
  mock_resource "google_cloudfunctions2_function" {
    defaults = { service_config = { uri = "https://function-abc-uc.a.run.app" } }
  }
}

variables {
  warehouse_file = "examples/minimal/warehouse.yaml"
  region         = "us-central1"
  alert_emails   = ["data@example.com"]
}

run "ten_lines_deploy_everything" {
  assert {
    condition     = output.urls == { dedup-views = "https://us-central1-my-project.cloudfunctions.net/dedup-views", notifier = "https://us-central1-my-project.cloudfunctions.net/notifier", pii-hasher = "https://us-central1-my-project.cloudfunctions.net/pii-hasher", reconciliation = "https://us-central1-my-project.cloudfunctions.net/reconciliation", sync-watchdog = "https://us-central1-my-project.cloudfunctions.net/sync-watchdog" }
    error_message = "Each function has its address."
  }
  assert {
    condition     = toset([for account in google_service_account.function : account.account_id]) == toset(["plumbline-dedup-views", "plumbline-notifier", "plumbline-pii-hasher", "plumbline-reconciliation", "plumbline-sync-watchdog"])
    error_message = "Each function has its identity."
  }
  assert {
    condition     = toset(keys(google_bigquery_table.ops)) == toset([for file in fileset("${local.repository}/sql/bigquery/ops", "*.sql") : trimsuffix(file, ".sql")])
    error_message = "Each ops table is made."
  }
  assert {
    condition     = google_bigquery_table.ops["runs"].time_partitioning[0].field == "started_at" && tonumber(google_bigquery_table.ops["runs"].time_partitioning[0].expiration_ms) == 34560000000
    error_message = "Runs are kept for 400 days."
  }
  assert {
    condition     = length(google_bigquery_table.ops["alert_state"].time_partitioning) == 0 && tobool(google_bigquery_table.ops["alert_state"].deletion_protection)
    error_message = "Incidents are kept."
  }
  assert {
    condition     = google_pubsub_subscription.notifier_alerts["notifier"].push_config[0].push_endpoint == "https://function-abc-uc.a.run.app/" && google_pubsub_subscription.notifier_dead_letters["notifier"].push_config[0].push_endpoint == "https://function-abc-uc.a.run.app/dead-letter"
    error_message = "Notices and dead letters go to the notifier."
  }
  assert {
    condition     = google_pubsub_subscription.notifier_alerts["notifier"].name == "notifier-plumbline-alerts" && google_pubsub_subscription.dead_letters_kept.name == "plumbline-alerts-dead-letters-kept"
    error_message = "Subscriptions are named as on the local stack, and as messages name them."
  }
  assert {
    condition     = tonumber(google_pubsub_subscription.notifier_alerts["notifier"].ack_deadline_seconds) == 90
    error_message = "Pub/Sub waits for as long as the notifier may take, and a little longer."
  }
  assert {
    condition     = keys(google_secret_manager_secret.this) == ["slack-data-alerts"] && keys(google_secret_manager_secret_iam_member.notifier_channels) == ["slack-data-alerts"]
    error_message = "The channel's secret is made, and the notifier may read it."
  }
  assert {
    condition     = length(google_secret_manager_secret_iam_member.sync_watchdog_link_key) == 0
    error_message = "No key, no right to read one."
  }
  assert {
    condition     = [for right in google_bigquery_dataset_iam_member.sync_watchdog_watched : "${right.project}.${right.dataset_id} ${right.role}"] == ["my-project.ads_data roles/bigquery.dataViewer"]
    error_message = "The watchdog reads what it watches."
  }
  assert {
    condition     = keys(google_bigquery_dataset_iam_member.reconciliation_read) == ["my-project.ads_data"] && length(google_secret_manager_secret_iam_member.reconciliation_link_key) == 0
    error_message = "Where there is nothing but sources, reconciliation reads those."
  }
  assert {
    condition     = length(google_project_iam_member.reconciliation_jobs) + length(google_bigquery_dataset_iam_member.reconciliation_ops) + length(google_pubsub_topic_iam_member.reconciliation_alerts) == 3
    error_message = "It asks, remembers and says what it finds."
  }
  assert {
    condition     = length(google_project_iam_custom_role.view_keeper) + length(google_bigquery_dataset_iam_member.dedup_views_kept) + length(google_project_iam_member.dedup_views_job_log) == 0
    error_message = "No views, no right to keep any; the log of jobs is not read unasked."
  }
  assert {
    condition     = length(google_kms_crypto_key_iam_member.agent) == 0
    error_message = "Without a key nobody is given one."
  }
  assert {
    condition     = output.set_secrets == { slack-data-alerts = "gcloud secrets versions add slack-data-alerts --project=my-project --data-file=-" }
    error_message = "Each secret has the command that sets it."
  }
  assert {
    condition     = output.run_now == { dedup-views = "gcloud scheduler jobs run plumbline-dedup-views --location=us-central1 --project=my-project", pii-hasher = "gcloud scheduler jobs run plumbline-pii-hasher --location=us-central1 --project=my-project", reconciliation = "gcloud scheduler jobs run plumbline-reconciliation --location=us-central1 --project=my-project", sync-watchdog = "gcloud scheduler jobs run plumbline-sync-watchdog --location=us-central1 --project=my-project" }
    error_message = "Each scheduled function has the command that runs it."
  }
  assert {
    condition     = local.functions["sync-watchdog"].silent_seconds == 2.5 * 3600 && local.functions["dedup-views"].silent_seconds == 26.5 * 3600 && local.functions["reconciliation"].silent_seconds == 26.5 * 3600
    error_message = "An hourly function is missed after 2.5 hours, a daily one after 26.5."
  }
  assert {
    condition     = local.functions["pii-hasher"].silent_seconds == 40 * 60 && local.functions["pii-hasher"].failed_calls == 4
    error_message = "One that runs every five minutes is missed after 40, and fails when two of its ticks have."
  }
  assert {
    condition     = length(google_bigquery_dataset_iam_member.pii_hasher_read) + length(google_bigquery_dataset_iam_member.pii_hasher_edited) + length(google_secret_manager_secret_iam_member.pii_hasher_secrets) + length(google_secret_manager_secret_iam_member.pii_hasher_link_key) == 0
    error_message = "Nothing is said of people: the hasher reads and changes nobody's rows."
  }
  assert {
    condition     = length(google_project_iam_member.pii_hasher_jobs) + length(google_bigquery_dataset_iam_member.pii_hasher_ops) + length(google_pubsub_topic_iam_member.pii_hasher_alerts) == 3
    error_message = "It runs all the same, and says what it finds."
  }
}

run "what_is_off_leaves_nothing_behind" {
  variables {
    functions = { notifier = { enabled = false } }
  }
  # Notices would be published and brought to nobody: said, not refused.
  expect_failures = [check.somebody_is_told]

  assert {
    condition     = keys(google_service_account.function) == ["dedup-views", "pii-hasher", "reconciliation", "sync-watchdog"]
    error_message = "No identity."
  }
  assert {
    condition     = length(google_pubsub_subscription.notifier_alerts) + length(google_secret_manager_secret_iam_member.notifier_channels) + length(google_project_iam_member.notifier_jobs) + length(google_monitoring_alert_policy.dead_letters) == 0
    error_message = "No subscription, no right, no alert."
  }
  assert {
    condition     = google_pubsub_subscription.dead_letters_kept.message_retention_duration == "604800s"
    error_message = "What was given up is kept."
  }
}

run "nobody_to_hear_of_failures_is_said" {
  variables {
    alert_emails = []
  }
  expect_failures = [check.somebody_is_told]
}

run "a_region_that_is_none_is_refused" {
  command = plan
  variables {
    region = "US"
  }
  expect_failures = [var.region]
}

run "a_short_history_is_refused" {
  command = plan
  variables {
    history_days = 30
  }
  expect_failures = [var.history_days]
}
