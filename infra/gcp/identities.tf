# One identity a function, one for Cloud Scheduler, one for Pub/Sub's pushes, one to build with. Nobody has a key.

resource "google_service_account" "function" {
  for_each = { for name, one in local.functions : name => one if one.enabled }

  project      = local.project
  account_id   = "plumbline-${each.key}"
  display_name = "Plumbline ${each.key}"
  description  = each.value.description

  depends_on = [google_project_service.this]
}

resource "google_service_account" "scheduler" {
  project      = local.project
  account_id   = "plumbline-scheduler"
  display_name = "Plumbline scheduler"
  description  = "Cloud Scheduler calls the functions as this, and it can do nothing else."

  depends_on = [google_project_service.this]
}

resource "google_service_account" "push" {
  project      = local.project
  account_id   = "plumbline-push"
  display_name = "Plumbline push"
  description  = "Pub/Sub pushes to the notifier as this, and it can do nothing else."

  depends_on = [google_project_service.this]
}

resource "google_service_account" "build" {
  project      = local.project
  account_id   = "plumbline-build"
  display_name = "Plumbline build"
  description  = "Cloud Build makes the functions' images as this."

  depends_on = [google_project_service.this]
}
