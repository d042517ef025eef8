import type { Environment } from "./sql/environment.ts";
import type { Resolved } from "./sql/resolved.ts";
import { tableOf } from "./sql/scans.ts";

type Ids = ReadonlySet<string>;

interface Walk {
  readonly environment: Environment;
  /** Subqueries of WITH, by name. */
  readonly ctes: Map<string, Resolved>;
  /** Columns found to be needed, by table. */
  readonly found: Map<string, Set<string>>;
}

/**
 * The columns of each table that the result depends on. The analyzer leaves
 * out a table's unused columns, but not those a view, a CTE or a subquery
 * names and nothing above reads, for which BigQuery does not charge either.
 * @returns undefined for statements other than SELECT and CREATE TABLE AS SELECT
 */
export function neededColumns(
  statement: Resolved,
  environment: Environment,
): ReadonlyMap<string, Ids> | undefined {
  if (statement.kind !== "query_stmt" && statement.kind !== "create_table_as_select_stmt") return undefined;
  const found = new Map<string, Set<string>>();
  walkQuery(statement, null, { environment, ctes: new Map(), found });
  return found;
}

/** @param names lower-case output columns needed; null: all */
function walkQuery(statement: Resolved, names: Ids | null, walk: Walk): void {
  const outputs = statement.children("output_column_list");
  const needed = outputs.filter((output) => names?.has(output.text("name").toLowerCase()) ?? true);
  walkScan(statement.child("query"), new Set(needed.map((output) => output.column().id)), walk);
}

function walkScan(node: Resolved, above: Ids, walk: Walk): void {
  const need = new Set(above);
  const input = () => walkScan(node.child("input_scan"), need, walk);
  switch (node.kind) {
    case "table_scan":
      tableScan(node, need, walk);
      break;
    case "filter_scan":
      addReferences(node.optional("filter_expr"), need, walk);
      input();
      break;
    case "project_scan":
      addComputed(node.children("expr_list"), above, need, walk);
      input();
      break;
    case "order_by_scan":
      for (const item of node.children("order_by_item_list")) addReferences(item, need, walk);
      input();
      break;
    case "limit_offset_scan":
    case "sample_scan":
      input();
      break;
    case "join_scan":
      addReferences(node.optional("join_expr"), need, walk);
      walkScan(node.child("left_scan"), need, walk);
      walkScan(node.child("right_scan"), need, walk);
      break;
    case "aggregate_scan": {
      const below = new Set<string>();
      for (const item of node.children("group_by_list")) addReferences(item.optional("expr"), below, walk);
      addComputed(node.children("aggregate_list"), above, below, walk);
      walkScan(node.child("input_scan"), below, walk);
      break;
    }
    case "analytic_scan":
      for (const group of node.children("function_group_list")) {
        const functions = group.children("analytic_function_list");
        if (!functions.some((item) => above.has(item.column().id))) continue;
        addReferences(group.optional("partition_by"), need, walk);
        addReferences(group.optional("order_by"), need, walk);
        addComputed(functions, above, need, walk);
      }
      input();
      break;
    case "set_operation_scan":
      setOperation(node, above, walk);
      break;
    case "with_scan":
      for (const entry of node.children("with_entry_list")) {
        walk.ctes.set(entry.text("with_query_name"), entry.child("with_subquery"));
      }
      walkScan(node.child("query"), need, walk);
      break;
    case "with_ref_scan": {
      const query = walk.ctes.get(node.text("with_query_name"));
      const outer = node.columns();
      const inner = query?.columns() ?? [];
      const ids = inner.filter((_, i) => above.has(outer[i]?.id ?? "")).map(({ id }) => id);
      if (query) walkScan(query, new Set(ids), walk);
      break;
    }
    default:
      everything(node, walk);
  }
}

function tableScan(node: Resolved, need: Ids, walk: Walk): void {
  const name = tableOf(node);
  const { columns, view } = walk.environment.table(name);
  const indexes = node.texts("column_index_list").map(Number);
  const read = node
    .columns()
    .flatMap(({ id }, i) => (need.has(id) ? [columns[indexes[i] ?? -1]?.name ?? ""] : []));
  if (view) {
    const inner = { ...walk, environment: view.environment, ctes: new Map<string, Resolved>() };
    walkQuery(view.statement, new Set(read.map((column) => column.toLowerCase())), inner);
    return;
  }
  const found = walk.found.get(name) ?? new Set<string>();
  for (const column of read) found.add(column);
  walk.found.set(name, found);
}

function setOperation(node: Resolved, above: Ids, walk: Walk): void {
  const outputs = node.columns();
  // Anything but UNION ALL compares whole rows.
  const all = node.text("op_type") !== "UNION_ALL";
  for (const item of node.children("input_item_list")) {
    const columns = item.columns("output_column_list");
    const ids = columns.filter((_, i) => all || above.has(outputs[i]?.id ?? "")).map(({ id }) => id);
    walkScan(item.child("scan"), new Set(ids), walk);
  }
}

/** Computed columns that are needed need what their expressions read. */
function addComputed(columns: readonly Resolved[], above: Ids, need: Set<string>, walk: Walk): void {
  for (const computed of columns) {
    if (above.has(computed.column().id)) addReferences(computed.optional("expr"), need, walk);
  }
}

/** Columns an expression reads, and those its subqueries read of their own tables. */
function addReferences(expression: Resolved | undefined, need: Set<string>, walk: Walk): void {
  for (const node of expression?.descendants() ?? []) {
    if (node.kind === "subquery_expr") {
      const query = node.child("subquery");
      walkScan(query, new Set(query.columns().map(({ id }) => id)), walk);
    } else if (node.has("column") && !node.has("expr")) {
      need.add(node.column().id);
    }
  }
}

/** A scan that is not known: all its tables' columns count. */
function everything(node: Resolved, walk: Walk): void {
  for (const inner of node.descendants()) {
    if (inner.kind === "table_scan") tableScan(inner, new Set(inner.columns().map(({ id }) => id)), walk);
    if (inner.kind === "with_ref_scan") {
      const query = walk.ctes.get(inner.text("with_query_name"));
      if (query) everything(query, walk);
    }
  }
}
