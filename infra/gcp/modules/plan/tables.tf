# The ops tables, read from their DDL: sql/bigquery/ops is the one place that says what they are.

locals {
  column_line = "(?m)^  ([a-z_]+) (ARRAY<[A-Z0-9]+>|[A-Z0-9]+)( NOT NULL)? OPTIONS \\(description = '([^']*)'\\),?$"

  # As BigQuery's API spells them. Anything else is a mistake, see mistakes.tf.
  api_types = {
    STRING = "STRING", INT64 = "INTEGER", FLOAT64 = "FLOAT", BOOL = "BOOLEAN", TIMESTAMP = "TIMESTAMP", DATE = "DATE"
  }

  ops_tables = { for table, ddl in var.ddl : table => {
    description = try(regex("(?m)^OPTIONS \\(description = '([^']*)'\\)", ddl)[0], null)
    partition   = try(regex("(?m)^PARTITION BY DATE\\(([a-z_]+)\\)$", ddl)[0], null)
    clustering  = try(split(", ", regex("(?m)^CLUSTER BY ([a-z_, ]+)$", ddl)[0]), null)
    schema = [for column in regexall(local.column_line, ddl) : {
      name        = column[0]
      type        = lookup(local.api_types, trimsuffix(trimprefix(column[1], "ARRAY<"), ">"), "unknown")
      mode        = startswith(column[1], "ARRAY<") ? "REPEATED" : column[2] == null ? "NULLABLE" : "REQUIRED"
      description = column[3]
    }]
  } }

  # Every line between the parentheses is a column; one that column_line cannot read must not get lost.
  written_columns = { for table, ddl in var.ddl : table => length(regexall("(?m)^  \\S", ddl)) }
}
