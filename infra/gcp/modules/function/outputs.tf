output "name" {
  description = "Name of the function, its Cloud Run service and its entry point."
  value       = google_cloudfunctions2_function.this.name
}

output "uri" {
  description = "URL of the Cloud Run service; also the audience of its callers' tokens."
  value       = google_cloudfunctions2_function.this.service_config[0].uri
}
