# Where bundles lie and images are made. An identity of our own builds: the default one has far more rights than it
# needs, and in new organisations none.

resource "google_storage_bucket" "bundles" {
  project                     = local.project
  name                        = "${local.project}-plumbline-bundles"
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  # Every object can be built again from its commit.
  force_destroy = true

  dynamic "encryption" {
    for_each = var.kms_key_name == null ? [] : [var.kms_key_name]
    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

resource "google_artifact_registry_repository" "images" {
  project       = local.project
  location      = var.region
  repository_id = "plumbline"
  format        = "DOCKER"
  description   = "Images of the functions."
  labels        = local.labels
  kms_key_name  = var.kms_key_name

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

resource "google_artifact_registry_repository_iam_member" "build_images" {
  project    = local.project
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}

resource "google_storage_bucket_iam_member" "build_bundles" {
  bucket = google_storage_bucket.bundles.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.build.member
}

# The platform copies a bundle into a bucket of its own before it builds, and makes that bucket at the first
# deployment: a right on the bucket cannot be given before, so it is given for that name only.
resource "google_project_iam_member" "build_sources" {
  project = local.project
  role    = "roles/storage.objectViewer"
  member  = google_service_account.build.member

  condition {
    title      = "only the platform's copies of bundles"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${data.google_project.this.number}-${var.region}\")"
  }
}

# Logs are of the project; there is no narrower place to give this.
resource "google_project_iam_member" "build_logs" {
  project = local.project
  role    = "roles/logging.logWriter"
  member  = google_service_account.build.member
}

# The identity, once it has its rights: a function made before that fails to build.
resource "terraform_data" "builder" {
  input = google_service_account.build.id

  depends_on = [
    google_artifact_registry_repository_iam_member.build_images,
    google_storage_bucket_iam_member.build_bundles,
    google_project_iam_member.build_sources,
    google_project_iam_member.build_logs,
  ]
}
