# Every function as this deployment runs it: what its function.json says, unless overridden.

locals {
  functions = { for name, said in var.functions : name => merge(local.wanted[name], {
    # A minute is enough for the platform to end an attempt by itself before its caller gives up on it.
    deadline_seconds = min(local.longest_deadline, local.wanted[name].timeout_seconds + local.grace)
    ack_seconds      = min(local.longest_ack, local.wanted[name].timeout_seconds + local.grace)
    silent_seconds   = local.gaps[name] + min(local.gaps[name], 7200) + 1800
    # Cloud Run wants a whole CPU where requests share an instance.
    cpu = local.wanted[name].concurrency > 1 ? "1" : null
  }) }

  wanted = { for name, said in var.functions : name => {
    name             = name
    description      = try(said.description, "")
    enabled          = try(var.overrides[name].enabled, true)
    topic            = try(said.trigger.topic, null)
    dead_letter_path = try(said.trigger.deadLetterPath, null)
    schedule         = try(coalesce(var.overrides[name].schedule, said.schedule), said.schedule, null)
    time_zone        = try(coalesce(var.overrides[name].time_zone, said.timeZone), said.timeZone, "Etc/UTC")
    retries          = try(said.retries, 0)
    memory           = try(coalesce(var.overrides[name].memory, said.memory), said.memory, "512Mi")
    timeout_seconds  = try(coalesce(var.overrides[name].timeout_seconds, said.timeoutSeconds), said.timeoutSeconds, 60)
    concurrency      = try(coalesce(var.overrides[name].concurrency, said.concurrency), said.concurrency, 1)
    max_instances    = try(coalesce(var.overrides[name].max_instances, 3), 3)
  } }

  grace            = 30
  longest_deadline = 1800 # Cloud Scheduler, for HTTP
  longest_ack      = 600  # Pub/Sub
}
