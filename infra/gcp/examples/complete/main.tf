terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.40, < 9"
    }
  }

  # State names every resource and no secret's value. Keep it where a team can share it:
  # backend "gcs" { bucket = "my-terraform-state" }
}

provider "google" {}

module "plumbline" {
  source = "../.."

  warehouse_file = "${path.module}/warehouse.yaml"
  bundles_dir    = "${path.module}/../../../build/.out"
  region         = "europe-west1"

  functions = {
    sync-watchdog = { schedule = "*/30 * * * *", time_zone = "Europe/Berlin", memory = "1Gi", timeout_seconds = 600, concurrency = 20 }
    notifier      = { max_instances = 5 }
  }

  invokers = ["group:analysts@example.com", "user:ada@example.com"]

  read_job_log = true

  alert_emails          = ["data-platform@example.com"]
  notification_channels = ["projects/my-project/notificationChannels/1234567890"]
  playbooks_url         = "https://github.com/example/plumbline/blob/main"
  gib_billed_a_day      = 50

  history_days        = 800
  deletion_protection = true
  enable_apis         = false

  kms_key_name          = "projects/my-project/locations/europe-west1/keyRings/data/cryptoKeys/plumbline"
  bigquery_kms_key_name = "projects/my-project/locations/europe/keyRings/data/cryptoKeys/plumbline"

  vpc = {
    network    = "data"
    subnetwork = "data-europe-west1"
    egress     = "VPC_EGRESS_ALL_TRAFFIC" # with Cloud NAT, for a fixed address towards the SMTP server
  }

  labels = { team = "data-platform", environment = "production" }
}

output "ask" {
  value = module.plumbline.ask
}

output "run_now" {
  value = module.plumbline.run_now
}

output "set_secrets" {
  value = module.plumbline.set_secrets
}

output "service_accounts" {
  value = module.plumbline.service_accounts
}
