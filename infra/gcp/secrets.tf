# The secrets that the warehouse file names, without their values: a value given to Terraform stands in its state.
# `terraform output set_secrets` prints the commands.

locals {
  # By the name in the warehouse file. A full name, projects/P/secrets/S, is somebody else's secret and is only read.
  secrets = { for name, secret in module.plan.secrets : name => secret if secret.own }

  secret_ids = { for name, secret in module.plan.secrets : name =>
    secret.own ? google_secret_manager_secret.this[name].secret_id : secret.id
  }
}

resource "google_secret_manager_secret" "this" {
  for_each = local.secrets

  project     = local.project
  secret_id   = each.value.id
  labels      = local.labels
  annotations = { holds = each.value.holds }

  # Without its key no new row can be hashed so that it joins an old one, ever again. Terraform does not delete it, and a
  # version that somebody destroys by mistake can be enabled again for a month.
  deletion_protection = each.key == module.plan.pii_key && var.deletion_protection
  version_destroy_ttl = each.key == module.plan.pii_key ? "2592000s" : null

  replication {
    dynamic "auto" {
      for_each = var.kms_key_name == null ? [1] : []
      content {}
    }

    # A key of one region can only encrypt a copy in that region.
    dynamic "user_managed" {
      for_each = var.kms_key_name == null ? [] : [var.kms_key_name]
      content {
        replicas {
          location = var.region
          customer_managed_encryption {
            kms_key_name = user_managed.value
          }
        }
      }
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}
