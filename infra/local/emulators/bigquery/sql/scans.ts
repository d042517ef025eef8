import { quoteIdentifier } from "../types.ts";
import { aggregateScan, analyticScan } from "./aggregation.ts";
import { conjunctsOf, filtersFor, intoView } from "./conjuncts.ts";
import { Context } from "./context.ts";
import { expression } from "./expressions.ts";
import { orderItems } from "./order-items.ts";
import type { Resolved, ResolvedColumn } from "./resolved.ts";
import { Unsupported } from "./unsupported.ts";

/**
 * DuckDB SELECT of a resolved scan; every column it yields is named
 * `c$<column id>`, so that names never clash and correlation works by name.
 */
export function scan(node: Resolved, context: Context): string {
  switch (node.kind) {
    case "single_row_scan":
      return "SELECT 1 AS _1";
    case "table_scan":
      return tableScan(node, context);
    case "filter_scan":
      return filterScan(node, context);
    case "project_scan":
      return projectScan(node, context);
    case "join_scan":
      return joinScan(node, context);
    case "array_scan":
      return arrayScan(node, context);
    case "aggregate_scan":
      return aggregateScan(node, context);
    case "analytic_scan":
      return analyticScan(node, context);
    case "order_by_scan":
      return `${select(node, context)} FROM (${scan(node.child("input_scan"), context)}) ORDER BY ${orderItems(node.children("order_by_item_list"), context)}`;
    case "limit_offset_scan":
      return limitScan(node, context);
    case "set_operation_scan":
      return setOperationScan(node, context);
    case "with_scan":
      return withScan(node, context);
    case "with_ref_scan":
      return cteReference(node, node.text("with_query_name"), context);
    case "recursive_scan":
      return recursiveScan(node, context);
    case "recursive_ref_scan":
      return recursiveReference(node, context);
    case "sample_scan":
      throw new Unsupported("TABLESAMPLE");
    default:
      throw new Unsupported(node.kind.replace(/_scan$/, "").toUpperCase());
  }
}

const NO_COLUMNS = "1 AS _1";

/** `SELECT c1, c2` of the columns a scan yields. */
function select(node: Resolved, context: Context): string {
  const names = node.columns().map((column) => context.columnSql(column.id));
  return `SELECT ${names.join(", ") || NO_COLUMNS}`;
}

/** The name by which a scan's table was given to the analyzer. */
export const tableOf = (node: Resolved) => {
  const table = node.child("table");
  return table.text("full_name") || table.text("name");
};

/** The physical columns a table scan reads, beside the resolved ones they become. */
export function columnsRead(node: Resolved, context: Context) {
  const name = tableOf(node);
  const table = context.environment.table(name);
  const indexes = node.texts("column_index_list").map(Number);
  const read = node.columns().map((column, i) => {
    const physical = table.columns[indexes[i] ?? -1];
    if (!physical) throw new Unsupported(`column ${column.name} of ${name}`);
    return { id: column.id, physical };
  });
  return { name, table, read };
}

function tableScan(node: Resolved, context: Context): string {
  if (node.has("for_system_time_expr")) throw new Unsupported("FOR SYSTEM_TIME AS OF");
  const { name, table, read } = columnsRead(node, context);
  if (table.view) return viewScan(table.view, read, context);
  context.scans.push({
    table: name,
    columns: read.map(({ physical }) => physical.name),
    filters: filtersFor(read, context),
  });
  const list = read.map(
    ({ id, physical }) => `${quoteIdentifier(physical.name)} AS ${context.columnName(id)}`,
  );
  return `SELECT ${list.join(", ") || NO_COLUMNS} FROM ${table.from}`;
}

type ReadColumn = ReturnType<typeof columnsRead>["read"][number];
type View = NonNullable<ReturnType<Context["environment"]["table"]>["view"]>;

function viewScan(view: View, read: readonly ReadColumn[], context: Context): string {
  const inner = new Context(view.environment, context.translators, context);
  const outputs = new Map(
    view.statement
      .children("output_column_list")
      .map((output) => [output.text("name").toLowerCase(), output.column()] as const),
  );
  const pairs = read.map(({ id, physical }) => {
    const column = outputs.get(physical.name.toLowerCase());
    if (!column) throw new Unsupported(`view whose query has no longer a column ${physical.name}`);
    return { outer: id, inner: column.id };
  });
  inner.conjuncts = intoView(pairs, context);
  const query = scan(view.statement.child("query"), inner);
  const list = pairs.map((pair) => `${inner.columnSql(pair.inner)} AS ${context.columnName(pair.outer)}`);
  return `SELECT ${list.join(", ") || NO_COLUMNS} FROM (${query})`;
}

function filterScan(node: Resolved, context: Context): string {
  const condition = node.child("filter_expr");
  const below = [...context.conjuncts, ...conjunctsOf(condition)];
  const input = context.withConjuncts(below, () => scan(node.child("input_scan"), context));
  return `${select(node, context)} FROM (${input}) WHERE ${expression(condition, context)}`;
}

function projectScan(node: Resolved, context: Context): string {
  const input = scan(node.child("input_scan"), context);
  const computed = new Map(node.children("expr_list").map((item) => [item.column().id, item.child("expr")]));
  const list = node.columns().map(({ id }) => {
    const expr = computed.get(id);
    return expr ? `${expression(expr, context)} AS ${context.columnName(id)}` : context.columnSql(id);
  });
  return `SELECT ${list.join(", ") || NO_COLUMNS} FROM (${input})`;
}

const JOINS: Readonly<Record<string, string>> = {
  INNER: "JOIN",
  LEFT: "LEFT JOIN",
  RIGHT: "RIGHT JOIN",
  FULL: "FULL JOIN",
};

function joinScan(node: Resolved, context: Context): string {
  const type = node.text("join_type") || "INNER";
  const join = JOINS[type];
  if (!join) throw new Unsupported(`${type} JOIN`);
  const above = context.conjuncts;
  const condition = node.optional("join_expr");
  const on = condition ? conjunctsOf(condition) : [];
  /** A condition of ON limits the side that is not kept whole; one of WHERE, the side that is. */
  const limits: Readonly<Record<string, readonly [typeof above, typeof above]>> = {
    INNER: [
      [...above, ...on],
      [...above, ...on],
    ],
    LEFT: [above, on],
    RIGHT: [on, above],
  };
  const [forLeft, forRight] = limits[type] ?? [[], []];
  const left = context.withConjuncts(forLeft, () => scan(node.child("left_scan"), context));
  const right = context.withConjuncts(forRight, () => scan(node.child("right_scan"), context));
  const clause = condition ? `ON ${expression(condition, context)}` : "ON TRUE";
  return `${select(node, context)} FROM (${left}) ${join} (${right}) ${clause}`;
}

function arrayScan(node: Resolved, context: Context): string {
  const arrays = node.children("array_expr_list");
  if (arrays.length > 1) throw new Unsupported("UNNEST of several arrays");
  const array = node.optional("array_expr") ?? arrays[0];
  const element = node.has("element_column")
    ? node.column("element_column")
    : node.columns("element_column_list")[0];
  if (!array || !element) throw new Unsupported("UNNEST");
  const sql = expression(array, context);
  const offset = node.optional("array_offset_column")?.column();
  const unnested = (of: string) => {
    const item = `unnest(${of}) AS ${context.columnName(element.id)}`;
    return offset ? `${item}, unnest(range(len(${of}))) AS ${context.columnName(offset.id)}` : item;
  };
  const input = node.optional("input_scan");
  if (!input) return `SELECT ${unnested(sql)}`;
  const outer = node.flag("is_outer");
  const condition = node.optional("join_expr");
  const rows = scan(input, context);
  if (outer) {
    return `${select(node, context)} FROM (${rows}) LEFT JOIN LATERAL (SELECT ${unnested(sql)}) ON ${condition ? expression(condition, context) : "TRUE"}`;
  }
  // A LATERAL join takes DuckDB ten times as long: it looks up each row among all again.
  const list = context.fresh("list");
  const items = `SELECT * EXCLUDE (${list}), ${unnested(list)} FROM (SELECT *, ${sql} AS ${list} FROM (${rows}))`;
  return `${select(node, context)} FROM (${items})${condition ? ` WHERE ${expression(condition, context)}` : ""}`;
}

function limitScan(node: Resolved, context: Context): string {
  const input = node.child("input_scan");
  const rows = context.withConjuncts([], () => scan(input, context));
  const limit = node.optional("limit");
  const offset = node.optional("offset");
  const clause = `${limit ? ` LIMIT ${expression(limit, context)}` : ""}${offset ? ` OFFSET ${expression(offset, context)}` : ""}`;
  return input.kind === "order_by_scan" ? rows + clause : `${select(node, context)} FROM (${rows})${clause}`;
}

const SET_OPERATIONS: Readonly<Record<string, string>> = {
  UNION_ALL: "UNION ALL",
  UNION_DISTINCT: "UNION",
  INTERSECT_DISTINCT: "INTERSECT",
  EXCEPT_DISTINCT: "EXCEPT",
};

function setOperationScan(node: Resolved, context: Context): string {
  const operation = SET_OPERATIONS[node.text("op_type") || "UNION_ALL"];
  if (!operation) throw new Unsupported(node.text("op_type").replace("_", " "));
  const output = node.columns();
  return context.withConjuncts([], () => {
    const items = node.children("input_item_list").map((item) => setOperationItem(item, output, context));
    return operation === "EXCEPT"
      ? items.reduce((left, right) => `SELECT * FROM (${left}) ${operation} ${right}`)
      : balanced(items, operation);
  });
}

/** As a tree and not a chain: a union of 1,000 tables would be deeper than DuckDB goes. Not for EXCEPT, where order counts. */
function balanced(items: readonly string[], operation: string): string {
  const [only] = items;
  if (only !== undefined && items.length === 1) return only;
  const half = Math.ceil(items.length / 2);
  const [left, right] = [balanced(items.slice(0, half), operation), balanced(items.slice(half), operation)];
  return `SELECT * FROM (${left}) ${operation} SELECT * FROM (${right})`;
}

function setOperationItem(item: Resolved, output: readonly ResolvedColumn[], context: Context): string {
  const rows = scan(item.child("scan"), context);
  const list = item
    .columns("output_column_list")
    .map((column, i) => `${context.columnSql(column.id)} AS ${context.columnName(output[i]?.id ?? "")}`);
  return `SELECT ${list.join(", ")} FROM (${rows})`;
}

function withScan(node: Resolved, context: Context): string {
  return `${withClause(node, context)} ${scan(node.child("query"), context)}`;
}

/** `WITH …`, without the query it serves. */
export function withClause(node: Resolved, context: Context): string {
  const recursive = node.flag("recursive");
  const entries = node.children("with_entry_list").map((entry) => {
    const name = entry.text("with_query_name");
    const query = entry.child("with_subquery");
    context.ctes.set(name, query.columns());
    if (query.kind === "recursive_scan") context.recursive.push({ name, columns: query.columns() });
    const sql = context.withConjuncts([], () => scan(query, context));
    if (query.kind === "recursive_scan") context.recursive.pop();
    return `${quoteIdentifier(context.cteName(name))} AS (${sql})`;
  });
  return `WITH ${recursive ? "RECURSIVE " : ""}${entries.join(", ")}`;
}

function cteReference(node: Resolved, name: string, context: Context): string {
  const source = context.ctes.get(name) ?? [];
  return renamed(node, name, source, context);
}

function renamed(node: Resolved, name: string, source: readonly ResolvedColumn[], context: Context): string {
  const list = node
    .columns()
    .map((column, i) => `${context.columnName(source[i]?.id ?? "")} AS ${context.columnName(column.id)}`);
  return `SELECT ${list.join(", ") || NO_COLUMNS} FROM ${quoteIdentifier(context.cteName(name))}`;
}

function recursiveScan(node: Resolved, context: Context): string {
  const output = node.columns();
  const union = node.text("op_type") === "UNION_DISTINCT" ? "UNION" : "UNION ALL";
  const first = setOperationItem(node.child("non_recursive_term"), output, context);
  return `${first} ${union} ${setOperationItem(node.child("recursive_term"), output, context)}`;
}

function recursiveReference(node: Resolved, context: Context): string {
  const around = context.recursive.at(-1);
  if (!around) throw new Unsupported("WITH RECURSIVE of this form");
  return renamed(node, around.name, around.columns, context);
}
