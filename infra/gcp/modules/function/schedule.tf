resource "google_cloud_scheduler_job" "tick" {
  count = var.function.schedule == null ? 0 : 1

  project          = var.platform.project
  region           = var.platform.scheduler_region
  name             = "plumbline-${var.function.name}"
  description      = var.function.description
  schedule         = var.function.schedule
  time_zone        = var.function.time_zone
  attempt_deadline = "${var.function.deadline_seconds}s"

  # A failed tick comes again as the same tick, which says nothing twice. No max_retry_duration: with it, both
  # limits would have to be reached.
  retry_config {
    retry_count          = var.function.retries
    min_backoff_duration = "30s"
    max_backoff_duration = "300s"
    max_doublings        = 3
  }

  http_target {
    http_method = "POST"
    uri         = "${google_cloudfunctions2_function.this.service_config[0].uri}/"

    oidc_token {
      service_account_email = var.scheduler_service_account
      audience              = google_cloudfunctions2_function.this.service_config[0].uri
    }
  }

  depends_on = [google_cloud_run_v2_service_iam_member.invoker]
}
