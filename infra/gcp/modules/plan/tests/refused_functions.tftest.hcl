# Each is refused while planning, with a sentence that says how to mend it.

variables {
  region   = "us-central1"
  invokers = ["group:analysts@example.com"]
  functions = {
    watcher = {
      description = "Looks.", trigger = { http = true }, schedule = "0 * * * *", timeZone = "UTC", retries = 3
      memory      = "512Mi", timeoutSeconds = 300, concurrency = 8
    }
    teller = {
      description = "Tells.", trigger = { topic = "plumbline-alerts", deadLetterPath = "/dead-letter" }
      memory      = "512Mi", timeoutSeconds = 60, concurrency = 1
    }
  }
  warehouse = {
    project = "shop", location = "US", ops_dataset = "plumbline_ops"
    sources = {
      ads    = { table = "ads_data.daily" }
      orders = { table = "ads_data.orders" }
      mart   = { table = "marts-project.marts.sales" }
    }
    notifications = {
      acknowledge = { secret = "link-key" }
      channels = {
        chat = { slack = { webhook_secret = "chat-hook" } }
        mail = { email = { smtp_secret = "projects/mail/secrets/smtp" } }
      }
    }
  }
  ddl = {
    runs = <<-SQL
      -- Why.
      CREATE TABLE IF NOT EXISTS `{{ops}}.runs` (
        run_id STRING NOT NULL OPTIONS (description = 'Which.'),
        at TIMESTAMP OPTIONS (description = 'When, or NULL.'),
        names ARRAY<STRING> OPTIONS (description = 'Who.'),
        n INT64 NOT NULL OPTIONS (description = 'How many.')
      )
      PARTITION BY DATE(at)
      CLUSTER BY run_id, n
      OPTIONS (description = 'Runs.')
    SQL
  }
}

run "a_cron_with_no_cron" {
  command = plan
  variables {
    overrides = { watcher = { schedule = "hourly" } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "watcher: \"hourly\" is no schedule; write five fields")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_cron_with_a_minute_that_is_none" {
  command = plan
  variables {
    overrides = { watcher = { schedule = "60 * * * *" } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "watcher: \"60 * * * *\" is no schedule; write five fields")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_cron_with_six_fields" {
  command = plan
  variables {
    overrides = { watcher = { schedule = "0 0 * * * *" } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "watcher: \"0 0 * * * *\" is no schedule; write five fields")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_cron_with_four_fields" {
  command = plan
  variables {
    overrides = { watcher = { schedule = "0 * * *" } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "watcher: \"0 * * *\" is no schedule; write five fields")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_cron_with_an_hour_that_is_none" {
  command = plan
  variables {
    overrides = { watcher = { schedule = "0 24 * * *" } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "watcher: \"0 24 * * *\" is no schedule; write five fields")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_cron_with_a_step_of_nothing" {
  command = plan
  variables {
    overrides = { watcher = { schedule = "*/0 * * * *" } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "watcher: \"*/0 * * * *\" is no schedule; write five fields")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_time_zone_that_is_none" {
  command = plan
  variables {
    overrides = { watcher = { time_zone = "Berlin time" } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "is no time zone")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_function_without_a_schedule" {
  command = plan
  variables {
    functions = {
      watcher = { trigger = { http = true } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "Nothing wakes watcher")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_topic_and_a_schedule" {
  command = plan
  variables {
    functions = {
      watcher = { trigger = { topic = "t" }, schedule = "0 * * * *" }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "is woken by the topic t")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_timeout_longer_than_the_deadline" {
  command = plan
  variables {
    overrides = { watcher = { timeout_seconds = 1771 } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "watcher may take 1771 s, but Cloud Scheduler waits for 1800 s at most: set timeout_seconds to 1 to 1770.")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_timeout_longer_than_the_acknowledgement" {
  command = plan
  variables {
    overrides = { teller = { timeout_seconds = 571 } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "teller may take 571 s, but Pub/Sub waits for an acknowledgement for 600 s at most: set timeout_seconds to 1 to 570.")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_timeout_longer_than_a_lease" {
  command = plan
  variables {
    overrides = { teller = { timeout_seconds = 120 } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "teller may take 120 s, but its deliveries are leased for 120 s")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_timeout_too_short_to_tell_people" {
  command = plan
  variables {
    overrides = { watcher = { timeout_seconds = 30 } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "watcher may take 30 s, which is too short to look and to tell people")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_timeout_of_nothing" {
  command = plan
  variables {
    overrides = { watcher = { timeout_seconds = 0 } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "watcher may take 0 s")
    error_message = jsonencode(local.mistakes)
  }
}

run "memory_that_is_none" {
  command = plan
  variables {
    overrides = { watcher = { memory = "lots" } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "is no amount of memory")
    error_message = jsonencode(local.mistakes)
  }
}

run "half_a_request_at_once" {
  command = plan
  variables {
    overrides = { watcher = { concurrency = 1.5 } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "concurrency is 1.5")
    error_message = jsonencode(local.mistakes)
  }
}

run "no_instances" {
  command = plan
  variables {
    overrides = { watcher = { max_instances = 0 } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "max_instances is 0")
    error_message = jsonencode(local.mistakes)
  }
}

run "an_override_of_nothing" {
  command = plan
  variables {
    overrides = { wacher = { enabled = false } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "functions names wacher, and there is no such function; there are teller, watcher.")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_name_too_long_for_its_identity" {
  command = plan
  variables {
    functions = {
      a-function-of-21-char = { trigger = { http = true }, schedule = "0 * * * *" }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "which may be 30 characters long")
    error_message = jsonencode(local.mistakes)
  }
}

run "all_mistakes_are_said_at_once" {
  command = plan
  variables {
    region    = "asia-east1"
    overrides = { watcher = { schedule = "hourly", timeout_seconds = 3000, memory = "lots" } }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 4
    error_message = jsonencode(local.mistakes)
  }
}
