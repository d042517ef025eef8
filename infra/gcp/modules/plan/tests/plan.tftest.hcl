# terraform init && terraform test, with no provider and no network.

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
    dedup_views = {
      ads_clean    = { source = "ads", tie_break = ["id"] }
      orders_clean = { source = "orders", view = "clean.orders" }
      sales        = { source = "mart" }
    }
    tell = {
      acknowledge = { secret = "link-key" }
      routes      = [{ to = ["chat"] }, { to = ["mail"], severity = "critical" }]
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

run "what_is_well_is_planned" {
  command = plan

  assert {
    condition     = length(local.mistakes) == 0
    error_message = "Nothing is wrong with it."
  }
  assert {
    condition     = output.functions["watcher"].deadline_seconds == 330 && output.functions["watcher"].retries == 3
    error_message = "Cloud Scheduler waits a little longer than the function may take."
  }
  assert {
    condition     = output.functions["teller"].ack_seconds == 90 && output.functions["teller"].schedule == null
    error_message = "Pub/Sub waits a little longer than the function may take."
  }
  assert {
    condition     = output.functions["watcher"].cpu == "1" && output.functions["teller"].cpu == null
    error_message = "Only a function that takes several requests at once has a whole CPU."
  }
  assert {
    condition     = output.functions["watcher"].silent_seconds == 9000
    error_message = "An hourly function is missed two hours and a half after its last tick."
  }
  assert {
    condition     = output.datasets == { "shop.ads_data" = { project = "shop", dataset = "ads_data" }, "marts-project.marts" = { project = "marts-project", dataset = "marts" } }
    error_message = "Every watched dataset once, those of other projects too."
  }
  assert {
    condition = output.view_datasets == {
      "shop.ads_data"       = { project = "shop", dataset = "ads_data" }
      "shop.clean"          = { project = "shop", dataset = "clean" }
      "marts-project.marts" = { project = "marts-project", dataset = "marts" }
    }
    error_message = "A view lies where it says, or beside its source's table."
  }
  assert {
    condition     = { for name, secret in output.secrets : name => secret.own } == { "link-key" = true, "chat-hook" = true, "projects/mail/secrets/smtp" = false }
    error_message = "A secret with a full name is somebody else's."
  }
  assert {
    condition     = output.secrets["projects/mail/secrets/smtp"].project == "mail" && output.secrets["projects/mail/secrets/smtp"].id == "smtp"
    error_message = "A full name is taken apart."
  }
  assert {
    condition     = output.channel_secrets == toset(["chat-hook", "projects/mail/secrets/smtp"]) && output.link_key == "link-key"
    error_message = "The notifier's secrets are not the key that signs links."
  }
  assert {
    condition = jsonencode(output.tables["runs"]) == jsonencode({
      description = "Runs.", partition = "at", clustering = ["run_id", "n"], schema = [
        { name = "run_id", type = "STRING", mode = "REQUIRED", description = "Which." },
        { name = "at", type = "TIMESTAMP", mode = "NULLABLE", description = "When, or NULL." },
        { name = "names", type = "STRING", mode = "REPEATED", description = "Who." },
        { name = "n", type = "INTEGER", mode = "REQUIRED", description = "How many." },
      ]
    })
    error_message = "A table is what its DDL says."
  }
}

run "a_deployment_says_otherwise" {
  command = plan
  variables {
    overrides = {
      watcher = { schedule = "30 6 * * mon-fri", time_zone = "Europe/Berlin", memory = "1Gi", timeout_seconds = 1770, concurrency = 1 }
      teller  = { enabled = false }
    }
  }
  assert {
    condition     = output.functions["watcher"].schedule == "30 6 * * mon-fri" && output.functions["watcher"].time_zone == "Europe/Berlin"
    error_message = "The override counts."
  }
  assert {
    condition     = output.functions["watcher"].deadline_seconds == 1800 && output.functions["watcher"].memory == "1Gi" && output.functions["watcher"].cpu == null
    error_message = "The longest timeout has the longest deadline."
  }
  assert {
    condition     = output.functions["watcher"].silent_seconds > 7 * 86400
    error_message = "Working days only: a weekend is not silence."
  }
  assert {
    condition     = !output.functions["teller"].enabled
    error_message = "A function can be off."
  }
}

run "what_is_off_is_not_judged" {
  command = plan
  variables {
    overrides = { watcher = { enabled = false, schedule = "never" } }
  }
  assert {
    condition     = length(local.mistakes) == 0
    error_message = "It is not deployed."
  }
}

run "a_function_json_may_say_little" {
  command = plan
  variables {
    functions = { watcher = { trigger = { http = true } } }
    overrides = { watcher = { schedule = "15 */6 * * *", memory = "1Gi" } }
  }
  assert {
    condition     = output.functions["watcher"].schedule == "15 */6 * * *" && output.functions["watcher"].memory == "1Gi"
    error_message = "What the deployment says counts all the same."
  }
  assert {
    condition     = output.functions["watcher"].timeout_seconds == 60 && output.functions["watcher"].concurrency == 1 && output.functions["watcher"].time_zone == "Etc/UTC"
    error_message = "The rest is as the local stack has it."
  }
  assert {
    condition     = output.functions["watcher"].silent_seconds == 6 * 3600 + 7200 + 1800
    error_message = "Every six hours."
  }
}

run "no_dedup_views" {
  command = plan
  variables {
    warehouse = {
      project = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      tell    = { channels = {} }
    }
  }
  assert {
    condition     = length(local.mistakes) == 0 && length(output.view_datasets) == 0
    error_message = "No views, no dataset to keep any in."
  }
}

run "a_section_of_dedup_views_that_is_empty" {
  command = plan
  variables {
    warehouse = {
      project     = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      dedup_views = null, tell = { channels = {} }
    }
  }
  assert {
    condition     = length(local.mistakes) == 0 && length(output.view_datasets) == 0
    error_message = "A key without anything below it says as much as none."
  }
}

run "dedup_views_in_two_projects" {
  command = plan
  variables {
    warehouse = {
      project = "shop", location = "US", ops_dataset = "plumbline_ops"
      sources = {
        ads = { table = "raw-project.ads_data.daily" }
      }
      dedup_views = {
        ads_clean  = { source = "ads", view = "clean.ads" }
        ads_shared = { source = "ads", view = "marts-project.shared.ads" }
        ads_too    = { source = "ads", view = "marts-project.shared.ads_too" }
      }
      tell = { channels = {} }
    }
  }
  assert {
    condition = length(local.mistakes) == 0 && output.view_datasets == {
      "shop.clean"           = { project = "shop", dataset = "clean" }
      "marts-project.shared" = { project = "marts-project", dataset = "shared" }
    }
    error_message = "dataset.table is of this project, project.dataset.table of that one; neither is of the source's."
  }
}
