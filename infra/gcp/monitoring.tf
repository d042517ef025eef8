# What is watched of all functions together; each one's own failures are watched in modules/function/watch.tf, where
# it says too why these are PromQL.

locals {
  notification_channels = concat(
    var.notification_channels,
    [for channel in google_monitoring_notification_channel.email : channel.name],
  )

  playbooks = { for name in ["dedup-views", "notifier", "pii-hasher", "reconciliation", "sync-watchdog"] : name =>
    var.playbooks_url == null ? "functions/${name}/README.md" : "${var.playbooks_url}/functions/${name}/README.md#when-this-alerts"
  }

  notifier_queue = "monitored_resource=\"pubsub_subscription\",project_id=\"${local.project}\",subscription_id=\"notifier-${google_pubsub_topic.alerts.name}\""
}

resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  project      = local.project
  display_name = "Plumbline: ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }
  user_labels  = local.labels

  depends_on = [google_project_service.this]
}

resource "google_monitoring_alert_policy" "dead_letters" {
  for_each = local.notifier

  project               = local.project
  display_name          = "Plumbline: a notice was given up"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.notification_channels
  user_labels           = local.labels

  conditions {
    display_name = "A dead letter of the alerts topic"
    condition_prometheus_query_language {
      query                     = "sum(increase(pubsub_googleapis_com:subscription_dead_letter_message_count{${local.notifier_queue}}[1h])) > 0"
      duration                  = "0s"
      evaluation_interval       = "60s"
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "Plumbline: a notice was given up"
    content   = "The notifier could not bring a notice to its channels in 20 attempts. It tries again for seven days; mend the channel until then. What to do: \"When this alerts\" in ${local.playbooks["notifier"]}"

    dynamic "links" {
      for_each = var.playbooks_url == null ? [] : [local.playbooks["notifier"]]
      content {
        display_name = "Playbook of notifier"
        url          = links.value
      }
    }
  }
}

# The notifier has no schedule: that it has not run shows in what waits for it.
resource "google_monitoring_alert_policy" "notices_wait" {
  for_each = local.notifier

  project               = local.project
  display_name          = "Plumbline: notices wait"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.notification_channels
  user_labels           = local.labels

  conditions {
    display_name = "The oldest notice has waited for half an hour"
    condition_prometheus_query_language {
      query                     = "max(pubsub_googleapis_com:subscription_oldest_unacked_message_age{${local.notifier_queue}}) > 1800"
      duration                  = "0s"
      evaluation_interval       = "60s"
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "Plumbline: notices wait"
    content   = "A notice has waited for half an hour: the notifier does not run, or no channel takes it. People have not heard yet. What to do: \"When this alerts\" in ${local.playbooks["notifier"]}"

    dynamic "links" {
      for_each = var.playbooks_url == null ? [] : [local.playbooks["notifier"]]
      content {
        display_name = "Playbook of notifier"
        url          = links.value
      }
    }
  }
}

# From BigQuery's own audit log, which is always on: what was billed, whatever the code believes.
resource "google_logging_metric" "bytes_billed" {
  project     = local.project
  name        = "plumbline_bytes_billed"
  description = "Bytes of BigQuery billed to the functions."
  filter = join(" AND ", [
    "resource.type=\"bigquery_project\"",
    "log_id(\"cloudaudit.googleapis.com/data_access\")",
    "protoPayload.metadata.jobChange.after=\"DONE\"",
    "protoPayload.authenticationInfo.principalEmail=~\"^plumbline-[a-z0-9-]+@${local.project}\\.iam\\.gserviceaccount\\.com$\"",
  ])
  value_extractor = "EXTRACT(protoPayload.metadata.jobChange.job.jobStats.queryStats.totalBilledBytes)"
  label_extractors = {
    function = "REGEXP_EXTRACT(protoPayload.authenticationInfo.principalEmail, \"^plumbline-([a-z0-9-]+)@\")"
  }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "By"

    labels {
      key         = "function"
      value_type  = "STRING"
      description = "Function that asked."
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_monitoring_alert_policy" "bytes_billed" {
  project               = local.project
  display_name          = "Plumbline: reads more than it should"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.notification_channels
  user_labels           = local.labels

  conditions {
    display_name = "More than ${var.gib_billed_a_day} GiB billed within 24 hours"
    condition_prometheus_query_language {
      query                     = "sum(increase(logging_googleapis_com:user_${google_logging_metric.bytes_billed.name}_sum{project_id=\"${local.project}\"}[24h])) > ${var.gib_billed_a_day * 1024 * 1024 * 1024}"
      duration                  = "0s"
      evaluation_interval       = "300s"
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "Plumbline: reads more than it should"
    content = join(" ", [
      "The functions were billed for more than ${var.gib_billed_a_day} GiB of BigQuery within 24 hours; the label `function` of the metric ${google_logging_metric.bytes_billed.name} says which of them.",
      "`?dry_run=1` says what each query of a function would read.",
      "sync-watchdog: a source without a partition on its arrival column is the usual cause.",
      "dedup-views: it reads columns of whole raw tables, so it grows with them, and a GET reads as much as a tick.",
      "pii-hasher: it reads a table whole once, at its first run and at the first search; a raw table without a partition on its arrival column is read whole whenever rows have come.",
      "reconciliation: it reads tables with a key whole up to reconciliation.full_scan_up_to of the warehouse file; no run and no GET reads more than reconciliation.max_scan.",
      "What to do: \"When this alerts\" in ${local.playbooks["sync-watchdog"]}, ${local.playbooks["dedup-views"]}, ${local.playbooks["pii-hasher"]} and ${local.playbooks["reconciliation"]}",
    ])

    dynamic "links" {
      for_each = var.playbooks_url == null ? [] : ["sync-watchdog", "dedup-views", "pii-hasher", "reconciliation"]
      content {
        display_name = "Playbook of ${links.value}"
        url          = local.playbooks[links.value]
      }
    }
  }
}
