# Who watches the watcher. PromQL, because it counts what is not there as nothing (a metric-absence condition never
# fires for what has never run), looks back for longer than a day, and can be made before its metric exists.

locals {
  service  = "monitored_resource=\"cloud_run_revision\",project_id=\"${var.platform.project}\",service_name=\"${var.function.name}\""
  requests = "run_googleapis_com:request_count{${local.service},response_code_class=\"5xx\"}"
  ticks    = "logging_googleapis_com:user_${google_logging_metric.ticks.name}{${local.service}}"

  # So long the query must stay true, in seconds: the last tick may still be tried again, and a deployment may be young.
  patience = 1800

  silence = var.function.silent_seconds % 1800 == 0 ? "${var.function.silent_seconds / 3600} hours" : "${var.function.silent_seconds / 60} minutes"

  playbook = var.platform.playbooks_url == null ? "functions/${var.function.name}/README.md" : "${var.platform.playbooks_url}/functions/${var.function.name}/README.md#when-this-alerts"
}

# Calls of Cloud Scheduler that were answered 2xx. Not the function's own metric of requests: an analyst's GET is
# no proof that a schedule runs.
resource "google_logging_metric" "ticks" {
  project     = var.platform.project
  name        = "plumbline_ticks_${replace(var.function.name, "-", "_")}"
  description = "Ticks of ${var.function.name} that finished."
  filter = join(" AND ", [
    "resource.type=\"cloud_run_revision\"",
    "resource.labels.service_name=\"${var.function.name}\"",
    "log_id(\"run.googleapis.com/requests\")",
    "httpRequest.requestMethod=\"POST\"",
    "httpRequest.userAgent=\"Google-Cloud-Scheduler\"",
    "httpRequest.status>=200",
    "httpRequest.status<300",
  ])

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
  }

  depends_on = [google_cloudfunctions2_function.this]
}

resource "google_monitoring_alert_policy" "failed" {
  project               = var.platform.project
  display_name          = "Plumbline: ${var.function.name} fails"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = var.platform.notification_channels
  user_labels           = var.platform.labels

  conditions {
    display_name = "${var.failed_calls} calls within an hour answered 5xx"
    condition_prometheus_query_language {
      query                     = "sum(increase(${local.requests}[1h])) > ${var.failed_calls - 0.5}"
      duration                  = "0s"
      evaluation_interval       = "60s"
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "Plumbline: ${var.function.name} fails"
    content   = "${var.function.name} answered 5xx ${var.failed_calls} times within an hour, timeouts and crashes included. What its log lines mean and what to do: \"When this alerts\" in ${local.playbook}"

    dynamic "links" {
      for_each = var.platform.playbooks_url == null ? [] : [local.playbook]
      content {
        display_name = "Playbook of ${var.function.name}"
        url          = links.value
      }
    }
  }

  depends_on = [google_cloudfunctions2_function.this]
}

resource "google_monitoring_alert_policy" "silent" {
  count = var.function.schedule == null ? 0 : 1

  project               = var.platform.project
  display_name          = "Plumbline: ${var.function.name} has not run"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = var.platform.notification_channels
  user_labels           = var.platform.labels

  conditions {
    display_name = "No tick finished for ${local.silence}"
    condition_prometheus_query_language {
      query                     = "(sum(increase(${local.ticks}[${var.function.silent_seconds - local.patience}s])) or vector(0)) < 0.5"
      duration                  = "${local.patience}s"
      evaluation_interval       = "300s"
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "Plumbline: ${var.function.name} has not run"
    content   = "No scheduled run of ${var.function.name} (${var.function.schedule} ${var.function.time_zone}) has finished of late, so nobody is watching. Is the Cloud Scheduler job plumbline-${var.function.name} paused? What does its last call answer? What to do: \"When this alerts\" in ${local.playbook}"

    dynamic "links" {
      for_each = var.platform.playbooks_url == null ? [] : [local.playbook]
      content {
        display_name = "Playbook of ${var.function.name}"
        url          = links.value
      }
    }
  }

  depends_on = [google_cloudfunctions2_function.this]
}
