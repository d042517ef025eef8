# Each is refused while planning, with a sentence that says how to mend it.

variables {
  region = "us-central1"
  functions = {
    hasher = { trigger = { http = true }, schedule = "*/5 * * * *", retries = 1 }
  }
  ddl = {
    runs = <<-SQL
      CREATE TABLE IF NOT EXISTS `{{ops}}.runs` (
        run_id STRING NOT NULL OPTIONS (description = 'Which.')
      )
      OPTIONS (description = 'Runs.')
    SQL
  }
}

run "people_in_no_source" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "key", tables = { order = { clean = "clean.orders" } } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.tables of the warehouse file names order, and there is no such source; there are orders.")
    error_message = jsonencode(local.mistakes)
  }
}

run "people_in_no_table" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "key" }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii of the warehouse file names no table")
    error_message = jsonencode(local.mistakes)
  }
}

run "no_clean_table" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "key", tables = { orders = { emails = { email = "email_hash" } } } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.tables.orders of the warehouse file needs its clean table as dataset.table")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_clean_table_without_a_dataset" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "key", tables = { orders = { clean = "orders_clean" } } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.tables.orders of the warehouse file needs its clean table as dataset.table")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_clean_table_that_is_many" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "key", tables = { orders = { clean = "clean.orders_*" } } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.tables.orders of the warehouse file needs its clean table as dataset.table")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_search_of_a_table" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "key", tables = { orders = { clean = "clean.orders" } }, search = ["crm.staff.notes"] }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.search of the warehouse file needs a list of datasets")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_search_that_is_no_list" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "key", tables = { orders = { clean = "clean.orders" } }, search = "crm" }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.search of the warehouse file needs a list of datasets")
    error_message = jsonencode(local.mistakes)
  }
}

run "uploads_without_a_dataset" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "key", tables = { orders = { clean = "clean.orders" } }, uploads = { platforms = ["meta"] } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.uploads of the warehouse file needs its dataset")
    error_message = jsonencode(local.mistakes)
  }
}

run "no_key" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { tables = { orders = { clean = "clean.orders" } } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii of the warehouse file has no key")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_key_in_place_of_its_name" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", tables = { orders = { clean = "clean.orders" } } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.key of the warehouse file names no secret: write the NAME of one") && !strcontains(local.mistakes[0], "0123456789abcdef") && length(local.secrets) == 1
    error_message = jsonencode(local.mistakes)
  }
}

run "a_key_in_place_of_its_name_with_other_characters" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "a+key/of=24 characters", tables = { orders = { clean = "clean.orders" } } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.key of the warehouse file names no secret: write the NAME of one") && !strcontains(local.mistakes[0], "a+key")
    error_message = jsonencode(local.mistakes)
  }
}

run "planted_people_in_place_of_their_list" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "key", tables = { orders = { clean = "clean.orders" } }, canaries = "jane@example.com" }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.canaries of the warehouse file names no secret: write the NAME of one") && !strcontains(local.mistakes[0], "jane")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_key_that_signs_links_too" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "projects/shop/secrets/link-key", tables = { orders = { clean = "clean.orders" } } }
      notifications = { acknowledge = { secret = "link-key" }, channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.key of the warehouse file is a secret of something else too")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_key_that_is_a_webhook_too" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "hook", tables = { orders = { clean = "clean.orders" } } }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.key of the warehouse file is a secret of something else too")
    error_message = jsonencode(local.mistakes)
  }
}

run "a_key_that_is_the_list_of_planted_people_too" {
  command = plan
  variables {
    warehouse = {
      project       = "shop", location = "US", ops_dataset = "plumbline_ops", sources = { orders = { table = "shop_data.orders" } }
      pii           = { key = "key", tables = { orders = { clean = "clean.orders" } }, canaries = "key" }
      notifications = { channels = { chat = { slack = { webhook_secret = "hook" } } } }
    }
  }
  expect_failures = [output.functions]
  assert {
    condition     = length(local.mistakes) == 1 && strcontains(local.mistakes[0], "pii.key of the warehouse file is a secret of something else too")
    error_message = jsonencode(local.mistakes)
  }
}
