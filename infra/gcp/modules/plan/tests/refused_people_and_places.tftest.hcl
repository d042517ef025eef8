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

run "a_region_far_from_the_us" {
  command = plan
  variables {
    region = "europe-west1"
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "The functions' region is europe-west1, but the warehouse's location is US")
    error_message = jsonencode(local.mistakes)
  }
}

run "london_for_the_eu" {
  command = plan
  variables {
    region = "europe-west2"
    warehouse = {
      project       = "shop", location = "EU", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "choose a region of the European Union")
    error_message = jsonencode(local.mistakes)
  }
}

run "another_region_than_the_data" {
  command = plan
  variables {
    region = "us-east1"
    warehouse = {
      project       = "shop", location = "us-central1", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "choose us-central1.")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_route_to_nowhere" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      notifications = { routes = [{ to = ["chatt"] }], channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "Route 1 of the warehouse file goes to chatt, and there is no such channel; there are chat.")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_route_to_no_channel" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      notifications = { routes = [{ severity = "critical" }], channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "goes to no channel")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_channel_without_a_secret" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      notifications = { channels = { chat = { slack = {} } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "The channel chat of the warehouse file has no secret")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_channel_that_is_two" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      notifications = { channels = { chat = { slack = { webhook_secret = "a" }, email = { smtp_secret = "b" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "is Slack and email at once")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_link_key_that_is_no_name" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      notifications = { acknowledge = { secret = "not a name" }, channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "notifications.acknowledge.secret of the warehouse file names no secret")
    error_message = jsonencode(local.mistakes)
  }
}

run "everybody" {
  command = plan
  variables {
    invokers = ["allUsers"]
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "\"allUsers\" may not call a function")
    error_message = jsonencode(local.mistakes)
  }
}

run "everybody_with_an_account" {
  command = plan
  variables {
    invokers = ["allAuthenticatedUsers"]
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "\"allAuthenticatedUsers\" may not call a function")
    error_message = jsonencode(local.mistakes)
  }
}

run "what_may_be_a_secret_is_not_quoted" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      notifications = { channels = { chat = { slack = { webhook_secret = "https://hooks.example.com/T0/B0/x" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "write the NAME of one in Secret Manager") && !strcontains(local.mistakes[0], "hooks.example.com")
    error_message = "The sentence says what to do and not what stands there."
  }
}

run "a_copy_without_its_repository" {
  command = plan
  variables {
    functions = {}
    ddl       = {}
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "a source that ends in //infra/gcp")
    error_message = jsonencode(local.mistakes)
  }
}
