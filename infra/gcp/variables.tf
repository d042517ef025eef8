variable "warehouse_file" {
  description = "Path of the warehouse file. Its project is the project everything is deployed to."
  type        = string
}

variable "bundles_dir" {
  description = "Folder of the zips that `npm run build -- --config <warehouse file>` made."
  type        = string
}

variable "region" {
  description = "Region of the functions, like us-central1; it must fit the location in the warehouse file."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Write a region of Google Cloud, like us-central1 or europe-west1."
  }
}

variable "scheduler_region" {
  description = "Region of the Cloud Scheduler jobs, where the functions' region has none."
  type        = string
  default     = null
}

variable "functions" {
  description = "What this deployment wants otherwise than functions/<name>/function.json says, by name of the function."
  type = map(object({
    enabled         = optional(bool, true)
    schedule        = optional(string)
    time_zone       = optional(string)
    memory          = optional(string)
    timeout_seconds = optional(number)
    concurrency     = optional(number)
    max_instances   = optional(number)
  }))
  default = {}
}

variable "invokers" {
  description = "Who may call the functions that answer people, as IAM members like group:analysts@example.com. Never allUsers."
  type        = list(string)
  default     = []
}

variable "read_job_log" {
  description = "Whether dedup-views may read the project's log of jobs, to say who queries a raw table instead of its view. The log holds the text of every query."
  type        = bool
  default     = false
}

variable "alert_emails" {
  description = "Who hears by email when Plumbline itself fails or has not run. Not by Plumbline's own channels: they may be what fails."
  type        = list(string)
  default     = []
}

variable "notification_channels" {
  description = "Names of Cloud Monitoring notification channels that exist already (PagerDuty, Opsgenie), told the same."
  type        = list(string)
  default     = []
}

variable "playbooks_url" {
  description = "Where the repository can be read, like https://github.com/example/plumbline/blob/main; alerts link to the playbooks there."
  type        = string
  default     = null

  validation {
    condition     = var.playbooks_url == null || can(regex("^https://\\S+[^/]$", var.playbooks_url))
    error_message = "Write an https URL without a slash at its end."
  }
}

variable "gib_billed_a_day" {
  description = "An alert when the functions are billed for more GiB of BigQuery within 24 hours."
  type        = number
  default     = 40

  validation {
    condition     = var.gib_billed_a_day > 0
    error_message = "Write a number of GiB above 0."
  }
}

variable "history_days" {
  description = "How long runs, verdicts and decisions are kept. Incidents and deliveries are kept for ever."
  type        = number
  default     = 400

  validation {
    condition     = var.history_days >= 100
    error_message = "Keep 100 days at least: /why looks 90 days back."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the ops tables and the key that hashes identifiers of people."
  type        = bool
  default     = true
}

variable "enable_apis" {
  description = "Whether to enable the APIs of Google Cloud that are needed. They stay enabled afterwards."
  type        = bool
  default     = true
}

variable "kms_key_name" {
  description = "Key to encrypt everything at rest with, projects/P/locations/L/keyRings/R/cryptoKeys/K, in the functions' region (see README.md)."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_name == null || can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key_name))
    error_message = "Write a key like projects/P/locations/L/keyRings/R/cryptoKeys/K, without a version."
  }
}

variable "bigquery_kms_key_name" {
  description = "Key of the ops dataset where its location is not the functions' region; kms_key_name unless set."
  type        = string
  default     = null
}

variable "vpc" {
  description = "Network to send the functions' traffic through (Direct VPC egress)."
  type = object({
    network    = string
    subnetwork = string
    tags       = optional(list(string), [])
    egress     = optional(string, "VPC_EGRESS_PRIVATE_RANGES_ONLY")
  })
  default = null

  validation {
    condition     = var.vpc == null || contains(["VPC_EGRESS_PRIVATE_RANGES_ONLY", "VPC_EGRESS_ALL_TRAFFIC"], try(var.vpc.egress, "VPC_EGRESS_PRIVATE_RANGES_ONLY"))
    error_message = "egress is VPC_EGRESS_PRIVATE_RANGES_ONLY or VPC_EGRESS_ALL_TRAFFIC; the latter needs Cloud NAT, or Slack and mail are out of reach."
  }
}

variable "labels" {
  description = "Labels of everything that has labels."
  type        = map(string)
  default     = {}
}
