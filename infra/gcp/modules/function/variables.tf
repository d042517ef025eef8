variable "function" {
  description = "The function as modules/plan worked it out."
  type = object({
    name             = string
    description      = string
    schedule         = optional(string)
    time_zone        = string
    retries          = number
    memory           = string
    cpu              = optional(string)
    timeout_seconds  = number
    deadline_seconds = number
    silent_seconds   = number
    concurrency      = number
    max_instances    = number
  })
}

variable "platform" {
  description = "What all functions share."
  type = object({
    project               = string
    region                = string
    scheduler_region      = string
    bucket                = string
    bundles_dir           = string
    warehouse_sha256      = string
    environment           = map(string)
    build_service_account = string
    docker_repository     = string
    kms_key_name          = optional(string)
    vpc = optional(object({
      network    = string
      subnetwork = string
      tags       = optional(list(string), [])
      egress     = optional(string, "VPC_EGRESS_PRIVATE_RANGES_ONLY")
    }))
    labels                = map(string)
    notification_channels = list(string)
    playbooks_url         = optional(string)
  })
}

variable "service_account" {
  description = "Email of the identity the function runs as."
  type        = string
}

variable "ingress" {
  description = "ALLOW_ALL for a function people call, ALLOW_INTERNAL_ONLY for one that only Google Cloud calls. Either way the caller needs run.invoker."
  type        = string
}

variable "invokers" {
  description = "Who may call it: IAM member by a name that is known before it exists."
  type        = map(string)
}

variable "scheduler_service_account" {
  description = "Email of the identity Cloud Scheduler calls as."
  type        = string
}

variable "failed_calls" {
  description = "So many failed calls within an hour are an alert."
  type        = number
}
