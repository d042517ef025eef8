locals {
  bundle = "${var.platform.bundles_dir}/${var.function.name}.zip"
  sha256 = try(filesha256(local.bundle), "missing")
  # What the build says of its zips.
  built = try(jsondecode(file("${var.platform.bundles_dir}/bundles.json")), {})
}

# The name holds the content's hash: a changed bundle is deployed, an unchanged one is not built again.
resource "google_storage_bucket_object" "bundle" {
  bucket       = var.platform.bucket
  name         = "${var.function.name}-${local.sha256}.zip"
  source       = local.bundle
  content_type = "application/zip"

  lifecycle {
    precondition {
      condition     = fileexists(local.bundle) && local.sha256 == try(local.built.functions[var.function.name].sha256, "")
      error_message = "There is no ${local.bundle} as bundles.json beside it says: run `npm run build -- --config <warehouse file>`, or set bundles_dir to where its zips are."
    }
    precondition {
      condition     = try(local.built.warehouse_file_sha256, null) == var.platform.warehouse_sha256
      error_message = "The zips in ${var.platform.bundles_dir} hold another warehouse file than the one given to this module, or none: run `npm run build -- --config <that file>` again."
    }
  }
}

resource "google_cloudfunctions2_function" "this" {
  project      = var.platform.project
  location     = var.platform.region
  name         = var.function.name # kebab-case, so that the Cloud Run service has the same name
  description  = var.function.description
  labels       = var.platform.labels
  kms_key_name = var.platform.kms_key_name

  build_config {
    runtime           = "nodejs24"
    entry_point       = var.function.name
    service_account   = var.platform.build_service_account
    docker_repository = var.platform.docker_repository

    # The zip brings what it runs on; without this the buildpack throws it away and installs it anew.
    environment_variables = { GOOGLE_VENDOR_NPM_DEPENDENCIES = "true" }

    source {
      storage_source {
        bucket = google_storage_bucket_object.bundle.bucket
        object = google_storage_bucket_object.bundle.name
      }
    }
  }

  service_config {
    available_memory                 = var.function.memory
    available_cpu                    = var.function.cpu
    timeout_seconds                  = var.function.timeout_seconds
    max_instance_request_concurrency = var.function.concurrency
    min_instance_count               = 0
    max_instance_count               = var.function.max_instances
    ingress_settings                 = var.ingress
    service_account_email            = var.service_account
    environment_variables            = var.platform.environment
    direct_vpc_egress                = try(var.platform.vpc.egress, null)

    dynamic "direct_vpc_network_interface" {
      for_each = var.platform.vpc == null ? [] : [var.platform.vpc]
      content {
        network    = direct_vpc_network_interface.value.network
        subnetwork = direct_vpc_network_interface.value.subnetwork
        tags       = direct_vpc_network_interface.value.tags
      }
    }
  }
}

# Of the Cloud Run service: cloudfunctions.invoker opens nothing on a second-generation function.
resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = var.invokers

  project  = var.platform.project
  location = var.platform.region
  name     = google_cloudfunctions2_function.this.name
  role     = "roles/run.invoker"
  member   = each.value

  lifecycle {
    # A function made anew has a service made anew, which nobody may call.
    replace_triggered_by = [google_cloudfunctions2_function.this.id]
  }
}
