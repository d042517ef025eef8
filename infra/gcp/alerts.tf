# The topic between those that find something and the one that tells people, and what becomes of what it cannot tell.
#
# No schema on the topic, on purpose. A notice holds tables (lists of lists), which a Protocol Buffers schema cannot
# say, and values that may be null, which Avro's JSON wants wrapped in their type. And a schema refuses at publishing,
# where an alert would be lost; the notifier checks every notice itself, and what is none is kept and told.

resource "google_pubsub_topic" "alerts" {
  project      = local.project
  name         = "plumbline-alerts"
  labels       = local.labels
  kms_key_name = var.kms_key_name

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

resource "google_pubsub_topic" "dead_letters" {
  project      = local.project
  name         = "${google_pubsub_topic.alerts.name}-dead-letters"
  labels       = local.labels
  kms_key_name = var.kms_key_name

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

# Pulled by nobody: keeps everything that was given up, to be looked at. Without a subscription it would be lost.
resource "google_pubsub_subscription" "dead_letters_kept" {
  project                    = local.project
  name                       = "${google_pubsub_topic.dead_letters.name}-kept"
  topic                      = google_pubsub_topic.dead_letters.id
  labels                     = local.labels
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = "" # never: a month without a dead letter is a good month
  }
}

# Pub/Sub itself moves a dead letter: it must publish it there and acknowledge it here (see notifier.tf).
resource "google_pubsub_topic_iam_member" "agent_dead_letters" {
  project = local.project
  topic   = google_pubsub_topic.dead_letters.name
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${local.agents.pubsub}"
}

# Projects from before April 2021 have not given Pub/Sub this; on this one identity it can only call the notifier.
resource "google_service_account_iam_member" "agent_push_token" {
  service_account_id = google_service_account.push.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "serviceAccount:${local.agents.pubsub}"

  # The agent exists from the project's first topic on.
  depends_on = [google_pubsub_topic.alerts]
}
