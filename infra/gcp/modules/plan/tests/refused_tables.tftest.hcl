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

run "a_source_without_a_dataset" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "daily" } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "needs its table as dataset.table")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_dedup_view_of_no_source" {
  command = plan
  variables {
    warehouse = {
      project     = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      dedup_views = { clean = { source = "adds" } }, notifications = { channels = {} }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "clean of the warehouse file is of adds, and there is no such source; there are ads.")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_dedup_view_without_a_dataset" {
  command = plan
  variables {
    warehouse = {
      project     = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      dedup_views = { clean = { source = "ads", view = "clean" } }, notifications = { channels = {} }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "needs its view as dataset.table")
    error_message = jsonencode(local.mistakes)
  }
}

run "pairs_that_are_none" {
  command = plan
  variables {
    warehouse = {
      project = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      pairs = {
        well    = { between = [{ table = "ads_data.daily" }, { table = "books-project.ledger.daily", amount = "total" }] }
        alone   = { between = [{ table = "ads_data.daily" }] }
        nowhere = { between = [{ table = "ads_data.daily" }, { table = "daily" }] }
        unsaid  = { between = [{ table = "ads_data.daily" }, { key = ["id"] }] }
        silent  = { owner = "shop" }
      }
      notifications = { channels = {} }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = local.mistakes == [for id in ["alone", "nowhere", "silent", "unsaid"] : "The pair ${id} of the warehouse file needs two tables under between, each as dataset.table or project.dataset.table."]
    error_message = jsonencode(local.mistakes)
  }
}

run "a_file_without_a_location" {
  command = plan
  variables {
    warehouse = { project = "shop", ops_dataset = "ops", sources = {}, notifications = {} }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "The warehouse file has no location.")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_column_it_cannot_read" {
  command = plan
  variables {
    ddl = { runs = replace(join("\n", ["CREATE TABLE x (", "  a STRING OPTIONS (description = 'A.'),", "  b STRING DEFAULT 1", ")", "OPTIONS (description = 'T.')"]), "\r", "") }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "runs.sql has 2 columns, and 1 of them can be read")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_type_it_does_not_know" {
  command = plan
  variables {
    ddl = { runs = join("\n", ["CREATE TABLE x (", "  a JSON OPTIONS (description = 'A.')", ")", "OPTIONS (description = 'T.')"]) }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "has a column of a type")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_partitioning_it_cannot_read" {
  command = plan
  variables {
    ddl = { runs = join("\n", ["CREATE TABLE x (", "  a DATE OPTIONS (description = 'A.')", ")", "PARTITION BY a", "OPTIONS (description = 'T.')"]) }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(join("\n", local.mistakes), "has a partitioning or a clustering")
    error_message = jsonencode(local.mistakes)
  }
}
