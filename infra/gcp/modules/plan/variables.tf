variable "functions" {
  description = "What functions/<name>/function.json says, by name of the folder."
  type        = any
}

variable "overrides" {
  description = "What this deployment wants otherwise, by name of the function."
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

variable "warehouse" {
  description = "The decoded warehouse file."
  type        = any
}

variable "region" {
  description = "Region of the functions."
  type        = string
}

variable "ddl" {
  description = "Text of sql/bigquery/ops/<table>.sql, by table."
  type        = map(string)
}

variable "invokers" {
  description = "IAM members that may call the functions that answer people."
  type        = list(string)
  default     = []
}
