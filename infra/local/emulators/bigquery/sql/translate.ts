import { duckdbType, fromProto, quoteIdentifier, quoteLiteral, type TypedColumn } from "../types.ts";

export { prepareConnection } from "./host-functions.ts";

import { resultSql } from "./casts.ts";
import { Context } from "./context.ts";
import {
  alterSchema,
  alterTable,
  createSchema,
  createTable,
  createTableAsSelect,
  createView,
  drop,
} from "./definitions.ts";
import { deleteRows, insert, merge, truncate, update } from "./dml.ts";
import type { Environment } from "./environment.ts";
import { expression } from "./expressions.ts";
import { FUNCTIONS } from "./functions/table.ts";
import { orderItems } from "./order-items.ts";
import type { Resolved } from "./resolved.ts";
import { columnsRead, scan, withClause } from "./scans.ts";
import type { Translated } from "./translated.ts";
import { SqlError, Unsupported } from "./unsupported.ts";

const translators = { functions: FUNCTIONS, scan };

/**
 * DuckDB SQL of an analyzed statement, and all that its execution must know.
 * @throws Unsupported for what is not covered; SqlError for what BigQuery refuses and the analyzer does not
 */
export function translate(statement: Resolved, environment: Environment): Translated {
  const context = new Context(environment, translators);
  switch (statement.kind) {
    case "query_stmt":
      return { kind: "SELECT", ...query(statement, context) };
    case "insert_stmt":
      return insert(statement, context);
    case "update_stmt":
      return update(statement, context);
    case "delete_stmt":
      return deleteRows(statement, context);
    case "merge_stmt":
      return merge(statement, context);
    case "truncate_stmt":
      return truncate(statement, context);
    case "create_table_stmt":
      return createTable(statement);
    case "create_table_as_select_stmt":
      return { ...createTableAsSelect(statement), ...query(statement, context) };
    case "create_view_stmt":
      return { ...createView(statement), ...withoutSql(query(statement, context)) };
    case "create_schema_stmt":
      return createSchema(statement);
    case "alter_schema_stmt":
      return alterSchema(statement);
    case "drop_stmt":
      return drop(statement);
    case "alter_table_stmt":
    case "alter_table_set_options_stmt":
    case "alter_view_stmt":
      return alterTable(statement);
    case "assert_stmt":
      return assertion(statement, context);
    case "begin_stmt":
      return { kind: "BEGIN_TRANSACTION", sql: "BEGIN TRANSACTION" };
    case "commit_stmt":
      return { kind: "COMMIT_TRANSACTION", sql: "COMMIT" };
    case "rollback_stmt":
      return { kind: "ROLLBACK_TRANSACTION", sql: "ROLLBACK" };
    default:
      throw new Unsupported(
        `statement ${statement.kind
          .replace(/_stmt$/, "")
          .replaceAll("_", " ")
          .toUpperCase()}`,
      );
  }
}

/** The columns each named table or view is read for; what a view's own query must yield at least. */
export function tablesRead(
  statement: Resolved,
  environment: Environment,
): ReadonlyMap<string, ReadonlySet<string>> {
  const context = new Context(environment, translators);
  const tables = new Map<string, Set<string>>();
  for (const node of statement.descendants()) {
    if (node.kind !== "table_scan") continue;
    const { name, read } = columnsRead(node, context);
    const columns = tables.get(name) ?? new Set<string>();
    for (const { physical } of read) columns.add(physical.name);
    tables.set(name, columns);
  }
  return tables;
}

const withoutSql = <T extends { readonly sql: string }>({ sql: _, ...rest }: T) => rest;

/** BigQuery's name of a result column that has none. */
const outputName = (name: string, index: number) =>
  name === "" || name.startsWith("$") ? `f${index}_` : name;

function query(statement: Resolved, context: Context) {
  if (statement.flag("is_value_table"))
    throw new Unsupported("SELECT AS STRUCT or AS VALUE outside a subquery");
  const outputs = statement.children("output_column_list").map((output, i) => {
    const { id, proto } = output.column();
    return { id, name: outputName(output.text("name"), i), type: fromProto(proto) };
  });
  const names = outputs.map((output) => output.name.toLowerCase());
  const twice = outputs.filter((output, i) => names.indexOf(output.name.toLowerCase()) !== i);
  if (twice.length > 0) {
    const found = [...new Set(twice.map((output) => output.name))].join(", ");
    throw new SqlError(
      `Duplicate column names in the result are not supported. Found duplicate(s): ${found}`,
    );
  }
  const sql = outermost(statement.child("query"), context, (inner) =>
    outputs
      .map(({ id, name, type }) => {
        const value = resultSql(inner.columnSql(id), type, name, inner);
        return `CAST(${value} AS ${duckdbType(type)}) AS ${quoteIdentifier(name)}`;
      })
      .join(", "),
  );
  const schema: TypedColumn[] = outputs.map(({ name, type }) => ({ name, type }));
  return { sql, schema, scans: context.scans };
}

/** The outermost SELECT keeps its ORDER BY outermost: the order of a subquery is no promise. */
function outermost(node: Resolved, context: Context, list: (context: Context) => string): string {
  if (node.kind === "with_scan") {
    return `${withClause(node, context)} ${outermost(node.child("query"), context, list)}`;
  }
  const limited = node.kind === "limit_offset_scan" ? node.child("input_scan") : node;
  if (limited.kind !== "order_by_scan") {
    const rows = scan(node, context);
    return `SELECT ${list(context)} FROM (${rows})`;
  }
  const rows = scan(limited.child("input_scan"), context);
  const order = orderItems(limited.children("order_by_item_list"), context);
  return `SELECT ${list(context)} FROM (${rows}) ORDER BY ${order}${limitClause(node, context)}`;
}

function limitClause(node: Resolved, context: Context): string {
  if (node.kind !== "limit_offset_scan") return "";
  const limit = node.optional("limit");
  const offset = node.optional("offset");
  return `${limit ? ` LIMIT ${expression(limit, context)}` : ""}${offset ? ` OFFSET ${expression(offset, context)}` : ""}`;
}

function assertion(statement: Resolved, context: Context): Translated {
  const description = statement.text("description");
  const message = quoteLiteral(description ? `Assertion failed: ${description}` : "Assertion failed");
  const condition = expression(statement.child("expression"), context);
  const sql = `SELECT CASE WHEN ${condition} THEN TRUE ELSE CAST(bq_raise(${message}) AS BOOLEAN) END`;
  return { kind: "ASSERT", sql, scans: context.scans };
}
