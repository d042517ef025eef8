# Every function as this deployment runs it: what its function.json says, unless overridden.

locals {
  functions = { for name, said in var.functions : name => merge(local.wanted[name], {
    # A minute is enough for the platform to end an attempt by itself before its caller gives up on it.
    deadline_seconds = min(local.longest_deadline, local.wanted[name].timeout_seconds + local.grace)
    ack_seconds      = min(local.longest_ack, local.wanted[name].timeout_seconds + local.grace)
    # Two ticks missed where they are close, one where they are days apart; and half an hour for what is tried again.
    silent_seconds = local.gaps[name] + min(local.gaps[name], 7200) + 1800
    # Every attempt of a tick: one that succeeds when it is tried again wakes nobody. Of two ticks where the next comes
    # within minutes and does the same work: an hour holds so many of them that single failures would add up.
    failed_calls = (local.wanted[name].retries + 1) * (local.gaps[name] <= 900 ? 2 : 1)
    # Cloud Run wants a whole CPU where requests share an instance.
    cpu = local.wanted[name].concurrency > 1 ? "1" : null
  }) }

  # Neither an override nor a function.json has to say everything, and one that says nothing must not hide the other.
  wanted = { for name, said in var.functions : name => {
    name             = name
    description      = try(said.description, "")
    enabled          = try(var.overrides[name].enabled, true)
    topic            = try(said.trigger.topic, null)
    dead_letter_path = try(said.trigger.deadLetterPath, null)
    schedule         = try(coalesce(try(var.overrides[name].schedule, null), try(said.schedule, null)), null)
    time_zone        = coalesce(try(var.overrides[name].time_zone, null), try(said.timeZone, null), "Etc/UTC")
    retries          = try(said.retries, 0)
    memory           = coalesce(try(var.overrides[name].memory, null), try(said.memory, null), "512Mi")
    timeout_seconds  = coalesce(try(var.overrides[name].timeout_seconds, null), try(said.timeoutSeconds, null), 60)
    concurrency      = coalesce(try(var.overrides[name].concurrency, null), try(said.concurrency, null), 1)
    max_instances    = coalesce(try(var.overrides[name].max_instances, null), 3)
  } }

  grace            = 30
  longest_deadline = 1800 # Cloud Scheduler, for HTTP
  longest_ack      = 600  # Pub/Sub
}
