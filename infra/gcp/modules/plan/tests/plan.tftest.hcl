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
    notifications = {
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
    condition     = output.functions["watcher"].failed_calls == 4
    error_message = "An hourly function fails when every attempt of a tick has."
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
    condition     = toset(keys(output.reconciled_datasets)) == toset(["shop.ads_data", "shop.clean", "marts-project.marts"])
    error_message = "What is made of a source's table is held against it."
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

run "tables_of_pairs_are_watched" {
  command = plan
  variables {
    warehouse = {
      project = "shop", location = "US", ops_dataset = "plumbline_ops"
      sources = { ads = { table = "ads_data.daily" } }
      pairs = {
        copies = { owner = "shop", between = [{ table = "ads_data.orders" }, { table = "books-project.ledger.orders" }] }
        others = { owner = "shop", currency = "USD", between = [{ table = "crm.people", amount = { column = "worth" } }, { table = "ads_data.people", amount = "worth" }] }
      }
      notifications = { channels = { chat = { slack = { webhook_secret = "chat-hook" } } } }
    }
  }
  assert {
    condition     = toset(keys(output.datasets)) == toset(["shop.ads_data", "books-project.ledger", "shop.crm"])
    error_message = jsonencode(output.datasets)
  }
  assert {
    condition     = output.reconciled_datasets == output.datasets
    error_message = jsonencode(output.reconciled_datasets)
  }
  assert {
    condition     = length(local.mistakes) == 0
    error_message = jsonencode(local.mistakes)
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
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      notifications = { channels = {} }
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
      dedup_views = null, notifications = { channels = {} }
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
      notifications = { channels = {} }
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

run "ticks_that_are_minutes_apart" {
  command = plan
  variables {
    functions = {
      hasher  = { trigger = { http = true }, schedule = "*/5 * * * *", retries = 1 }
      quarter = { trigger = { http = true }, schedule = "*/15 * * * *", retries = 1 }
      half    = { trigger = { http = true }, schedule = "*/30 * * * *", retries = 1 }
      minute  = { trigger = { http = true }, schedule = "*/1 * * * *", retries = 1 }
      wide    = { trigger = { http = true }, schedule = "*/90 * * * *", retries = 1 }
      daytime = { trigger = { http = true }, schedule = "*/5 8-18 * * *", retries = 1 }
      seldom  = { trigger = { http = true }, schedule = "*/5 * * * *", retries = 1 }
    }
    overrides = { seldom = { schedule = "0 * * * *" } }
  }
  assert {
    condition     = { for name, one in local.functions : name => one.silent_seconds / 60 } == { hasher = 40, quarter = 60, half = 90, minute = 40, wide = 150, daytime = 1590, seldom = 150 }
    error_message = jsonencode({ for name, one in local.functions : name => one.silent_seconds / 60 })
  }
  assert {
    condition     = { for name, one in local.functions : name => one.failed_calls } == { hasher = 4, quarter = 4, half = 2, minute = 4, wide = 2, daytime = 2, seldom = 2 }
    error_message = "Two ticks where another comes within minutes; one where an hour holds no more."
  }
}

run "identifiers_of_people" {
  command = plan
  variables {
    warehouse = {
      project = "shop", location = "US", ops_dataset = "plumbline_ops"
      sources = {
        ads       = { table = "ads_data.daily" }
        orders    = { table = "shop_data.orders" }
        customers = { table = "raw-project.crm.customers" }
      }
      pii = {
        key      = "identity-key"
        canaries = "projects/security/secrets/planted"
        tables = {
          orders    = { clean = "clean.orders", emails = { email = "email_hash" } }
          customers = { clean = "clean-project.crm.customers", emails = { email = "email_hash" } }
        }
        uploads = { dataset = "ad_uploads", platforms = ["meta"] }
      }
      notifications = { acknowledge = { secret = "link-key" }, channels = { chat = { slack = { webhook_secret = "chat-hook" } } } }
    }
  }
  assert {
    condition     = length(local.mistakes) == 0
    error_message = jsonencode(local.mistakes)
  }
  assert {
    condition = output.pii_edited_datasets == {
      "shop.shop_data"    = { project = "shop", dataset = "shop_data" }
      "raw-project.crm"   = { project = "raw-project", dataset = "crm" }
      "shop.clean"        = { project = "shop", dataset = "clean" }
      "clean-project.crm" = { project = "clean-project", dataset = "crm" }
      "shop.ad_uploads"   = { project = "shop", dataset = "ad_uploads" }
    }
    error_message = "Where people's rows come from and go to; not where no people are."
  }
  assert {
    condition     = keys(output.pii_read_datasets) == ["clean-project.crm", "raw-project.crm", "shop.ads_data", "shop.clean", "shop.shop_data"]
    error_message = "Unless said, what is watched is searched, and what is clean."
  }
  assert {
    condition     = output.pii_key == "identity-key" && output.pii_canaries == "projects/security/secrets/planted"
    error_message = "Two secrets."
  }
  assert {
    condition = { for name, secret in output.secrets : name => [secret.own, secret.holds] } == {
      "chat-hook"                         = [true, "a Slack webhook's URL"]
      "link-key"                          = [true, "the key that signs links"]
      "identity-key"                      = [true, "the key that hashes identifiers of people"]
      "projects/security/secrets/planted" = [false, "the list of planted people"]
    }
    error_message = jsonencode(output.secrets)
  }
}

run "identifiers_of_people_are_searched_elsewhere_too" {
  command = plan
  variables {
    warehouse = {
      project = "shop", location = "US", ops_dataset = "plumbline_ops"
      sources = { orders = { table = "shop_data.orders" } }
      pii = {
        key    = "projects/security/secrets/key", search = ["support", "raw-project.crm"]
        tables = { orders = { clean = "clean.orders", emails = { email = "email_hash" } } }
      }
      notifications = { channels = {} }
    }
  }
  assert {
    condition     = length(local.mistakes) == 0 && keys(output.pii_read_datasets) == ["raw-project.crm", "shop.shop_data", "shop.support"]
    error_message = "What the file names, and what is watched."
  }
  assert {
    condition     = keys(output.pii_edited_datasets) == ["shop.clean", "shop.shop_data"]
    error_message = "What is searched is not edited."
  }
  assert {
    condition     = output.pii_canaries == null && !output.secrets["projects/security/secrets/key"].own
    error_message = "Nobody is planted, and the key is kept elsewhere."
  }
}

run "nothing_is_said_of_people" {
  command = plan
  variables {
    warehouse = {
      project = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { ads = { table = "ads_data.daily" } }
      pii     = null, notifications = { channels = {} }
    }
  }
  assert {
    condition     = length(local.mistakes) == 0 && length(output.pii_edited_datasets) + length(output.pii_read_datasets) + length(output.secrets) == 0
    error_message = "No dataset to read or edit, no key to make."
  }
  assert {
    condition     = output.pii_key == null && output.pii_canaries == null
    error_message = "No key."
  }
}
