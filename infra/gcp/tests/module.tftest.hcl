# The whole module against a mocked provider: terraform init && terraform test. It reaches no project and needs no
# credentials, but the provider must be installed for its schema.

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
  mock_resource "google_cloudfunctions2_function" {
    defaults = { service_config = { uri = "https://function-abc-uc.a.run.app" } }
  }
}

variables {
  warehouse_file = "examples/minimal/warehouse.yaml"
  bundles_dir    = "tests/bundles"
  region         = "us-central1"
  alert_emails   = ["data@example.com"]
  invokers       = ["group:analysts@example.com"]
}
