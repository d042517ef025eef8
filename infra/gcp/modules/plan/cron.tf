# Five fields, as Cloud Scheduler and the local stack both read them; and how long a schedule may be quiet.

locals {
  cron_values = [
    "[0-5]?[0-9]",
    "(?:[01]?[0-9]|2[0-3])",
    "(?:0?[1-9]|[12][0-9]|3[01])",
    "(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    "(?:[0-7]|sun|mon|tue|wed|thu|fri|sat)",
  ]
  cron_items  = [for value in local.cron_values : "(?:\\*|${value}(?:-${value})?)(?:/[1-9][0-9]?)?"]
  cron_fields = [for item in local.cron_items : "${item}(?:,${item})*"]
  cron        = "^(?i:${join(" ", local.cron_fields)})$"

  cron_parts = { for name, one in local.wanted : name => split(" ", one.schedule == null ? "" : one.schedule) }

  # Longest wait between two ticks, in seconds, from above: a list of hours counts as one a day. Five minutes at least:
  # a shorter silence could be a metric that has not arrived.
  gaps = { for name, parts in local.cron_parts : name => try(
    parts[3] != "*" ? 366 * 86400 :
    parts[2] != "*" ? 31 * 86400 :
    parts[4] != "*" ? 7 * 86400 :
    parts[1] == "*" && can(regex("^\\*/[0-9]+$", parts[0])) ? min(max(tonumber(trimprefix(parts[0], "*/")), 5), 60) * 60 :
    parts[1] == "*" ? 3600 :
    can(regex("^\\*/[0-9]+$", parts[1])) ? tonumber(trimprefix(parts[1], "*/")) * 3600 :
    86400, 86400)
  }
}
