# What is deployed is said in files: the warehouse file, each function's function.json, the ops tables' DDL. The
# rest of this module carries it out.

locals {
  repository = "${path.module}/../.."
  manifests = { for path in fileset("${local.repository}/functions", "*/function.json") :
    dirname(path) => jsondecode(file("${local.repository}/functions/${path}"))
  }
}

module "plan" {
  source = "./modules/plan"

  functions = local.manifests
  overrides = var.functions
  warehouse = yamldecode(file(var.warehouse_file))
  region    = var.region
  invokers  = var.invokers
  ddl = { for path in fileset("${local.repository}/sql/bigquery/ops", "*.sql") :
    trimsuffix(path, ".sql") => file("${local.repository}/sql/bigquery/ops/${path}")
  }
}

data "google_project" "this" {
  project_id = module.plan.project

  depends_on = [google_project_service.this]
}

locals {
  project   = module.plan.project
  functions = module.plan.functions
  labels    = merge({ app = "plumbline" }, var.labels)
  base_url  = "https://${var.region}-${local.project}.cloudfunctions.net"

  # What every function is told, and nothing secret.
  platform = {
    project               = local.project
    region                = var.region
    scheduler_region      = coalesce(var.scheduler_region, var.region)
    bucket                = google_storage_bucket.bundles.name
    bundles_dir           = var.bundles_dir
    warehouse_sha256      = filesha256(var.warehouse_file)
    build_service_account = terraform_data.builder.output
    docker_repository     = google_artifact_registry_repository.images.id
    kms_key_name          = var.kms_key_name
    vpc                   = var.vpc
    labels                = local.labels
    notification_channels = local.notification_channels
    playbooks_url         = var.playbooks_url
    environment = {
      PLUMBLINE_CONFIG       = "warehouse.yaml"
      PLUMBLINE_ALERTS_TOPIC = google_pubsub_topic.alerts.name
      PLUMBLINE_URL          = local.base_url
      GOOGLE_CLOUD_PROJECT   = local.project
      NODE_ENV               = "production" # without it the framework answers a crash with its message
      LOG_EXECUTION_ID       = "true"
    }
  }
}

check "somebody_is_told" {
  assert {
    condition     = length(module.plan.channels) > 0
    error_message = "The warehouse file has no channels: everything is looked at, and nobody is told."
  }
  assert {
    condition     = try(local.functions["notifier"].enabled, false)
    error_message = "The notifier is off: notices are published and not delivered."
  }
  assert {
    condition     = length(local.notification_channels) > 0
    error_message = "alert_emails and notification_channels are empty: nobody hears when Plumbline itself does not run."
  }
}
