# Brings the notices of the alerts topic to Slack and email. An HTTP function behind a subscription of our own: an
# event trigger has no dead letter, no deadline and no backoff.

locals {
  notifier = { for name, one in local.functions : name => one if name == "notifier" && one.enabled }
}

module "notifier" {
  source   = "./modules/function"
  for_each = local.notifier

  function                  = each.value
  platform                  = local.platform
  service_account           = google_service_account.function["notifier"].email
  scheduler_service_account = google_service_account.scheduler.email
  # Pub/Sub of the same project counts as internal; nobody else has to reach it.
  ingress = "ALLOW_INTERNAL_ONLY"
  # 503 asks Pub/Sub to bring a notice again and is no failure yet: a channel that is down for half an hour makes
  # about so many for one notice.
  failed_calls = 10
  invokers     = { push = google_service_account.push.member }
}

resource "google_pubsub_subscription" "notifier_alerts" {
  for_each = local.notifier

  project                    = local.project
  name                       = "notifier-${google_pubsub_topic.alerts.name}"
  topic                      = google_pubsub_topic.alerts.id
  labels                     = local.labels
  ack_deadline_seconds       = each.value.ack_seconds
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = "" # never: a month without a notice is a good month
  }

  push_config {
    push_endpoint = "${module.notifier[each.key].uri}/"

    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = module.notifier[each.key].uri
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters.id
    max_delivery_attempts = 20
  }

  depends_on = [google_pubsub_topic_iam_member.agent_dead_letters]
}

# A dead letter's second life: a notice outlives an outage of up to a week. No dead letter of its own.
resource "google_pubsub_subscription" "notifier_dead_letters" {
  for_each = local.notifier

  project                    = local.project
  name                       = "notifier-${google_pubsub_topic.dead_letters.name}"
  topic                      = google_pubsub_topic.dead_letters.id
  labels                     = local.labels
  ack_deadline_seconds       = each.value.ack_seconds
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = ""
  }

  push_config {
    push_endpoint = "${module.notifier[each.key].uri}${each.value.dead_letter_path}"

    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = module.notifier[each.key].uri
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }
}

resource "google_pubsub_subscription_iam_member" "agent_notifier_alerts" {
  for_each = local.notifier

  project      = local.project
  subscription = google_pubsub_subscription.notifier_alerts[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = "serviceAccount:${local.agents.pubsub}"
}

# Jobs are of the project; there is no narrower place to give this, and it reads no data.
resource "google_project_iam_member" "notifier_jobs" {
  for_each = local.notifier

  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.function["notifier"].member
}

resource "google_bigquery_dataset_iam_member" "notifier_ops" {
  for_each = local.notifier

  project    = local.project
  dataset_id = google_bigquery_dataset.ops.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = google_service_account.function["notifier"].member
}

# It tells of its own channels, those that refuse, by the same topic.
resource "google_pubsub_topic_iam_member" "notifier_alerts" {
  for_each = local.notifier

  project = local.project
  topic   = google_pubsub_topic.alerts.name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.function["notifier"].member
}

resource "google_secret_manager_secret_iam_member" "notifier_channels" {
  for_each = toset([for name in module.plan.channel_secrets : name if length(local.notifier) > 0])

  project   = module.plan.secrets[each.value].project
  secret_id = local.secret_ids[each.value]
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function["notifier"].member
}
