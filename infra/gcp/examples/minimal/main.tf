provider "google" {}

module "plumbline" {
  source         = "../.."
  warehouse_file = "${path.module}/warehouse.yaml"
  bundles_dir    = "${path.module}/../../../build/.out"
  region         = "us-central1"
  alert_emails   = ["data@example.com"]
}

output "plumbline" { value = module.plumbline }
