output "urls" {
  description = "Address of each function."
  value       = { for name in keys(google_service_account.function) : name => "${local.base_url}/${name}" }
}

output "service_accounts" {
  description = "Identity each function runs as, and those of the scheduler, the pushes and the builds."
  value = merge(
    { for name, account in google_service_account.function : name => account.email },
    {
      scheduler = google_service_account.scheduler.email
      push      = google_service_account.push.email
      build     = google_service_account.build.email
    },
  )
}

output "alerts_topic" {
  description = "Topic that the functions publish their notices to."
  value       = google_pubsub_topic.alerts.id
}

output "ops_dataset" {
  description = "Dataset of what the bundle remembers."
  value       = "${local.project}.${google_bigquery_dataset.ops.dataset_id}"
}

output "ask" {
  description = "What an analyst types to ask a function; the caller must be one of the invokers."
  value = { for name, one in local.functions : name =>
    "curl -H \"Authorization: Bearer $(gcloud auth print-identity-token)\" '${local.base_url}/${name}?format=markdown'"
    if one.enabled && one.topic == null
  }
}

output "run_now" {
  description = "What makes a scheduled function run at once, as its schedule would."
  value = { for name, one in local.functions : name =>
    "gcloud scheduler jobs run plumbline-${name} --location=${local.platform.scheduler_region} --project=${local.project}"
    if one.enabled && one.schedule != null
  }
}

output "set_secrets" {
  description = "What sets the value of each secret; it is typed or pasted, then Ctrl-D. No deployment is needed after it."
  value = { for name, secret in local.secrets : name =>
    name == module.plan.link_key ?
    "openssl rand -hex 32 | gcloud secrets versions add ${name} --project=${local.project} --data-file=-" :
    # A newline would make another key of it.
    name == module.plan.pii_key ?
    "openssl rand -hex 32 | tr -d '\\n' | gcloud secrets versions add ${name} --project=${local.project} --data-file=-" :
    "gcloud secrets versions add ${name} --project=${local.project} --data-file=-"
  }
}
