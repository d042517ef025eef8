import { fromProto, quoteIdentifier, quoteLiteral } from "../types.ts";
import { resultSql } from "./casts.ts";
import { conjunctsOf, filtersFor } from "./conjuncts.ts";
import type { Context } from "./context.ts";
import type { PhysicalTable } from "./environment.ts";
import { expression } from "./expressions.ts";
import type { Resolved } from "./resolved.ts";
import { columnsRead, scan, tableOf } from "./scans.ts";
import type { Translated } from "./translated.ts";
import { Unsupported } from "./unsupported.ts";

/** BigQuery refuses what DuckDB settles by taking any one of the source rows. */
const SEVERAL_MATCHES = quoteLiteral("UPDATE/MERGE must match at most one source row for each target row");

interface Target {
  readonly name: string;
  readonly table: PhysicalTable;
}

/**
 * The table changed, whose columns expressions then see as `t."column"`.
 * @param where what a row must meet to be changed: it prunes partitions as a SELECT's does
 */
function targetOf(statement: Resolved, context: Context, where?: Resolved): Target {
  if (statement.has("returning")) throw new Unsupported("THEN RETURN");
  if (statement.has("assert_rows_modified")) throw new Unsupported("ASSERT_ROWS_MODIFIED");
  const { name, table, read } = columnsRead(statement.child("table_scan"), context);
  const filters = context.withConjuncts(where === undefined ? [] : conjunctsOf(where), () =>
    filtersFor(read, context),
  );
  for (const { id, physical } of read) context.columns.set(id, `t.${quoteIdentifier(physical.name)}`);
  context.scans.push({ table: name, columns: read.map(({ physical }) => physical.name), filters });
  return { name, table };
}

const isDefault = (value: Resolved) => value.child("value").kind.replace("_", "") === "dmldefault";

function defaultOf(table: PhysicalTable, column: string): string {
  return table.columns.find(({ name }) => name.toLowerCase() === column.toLowerCase())?.defaultSql ?? "NULL";
}

/** SQL of a value written to a column: its default where DEFAULT stands. */
function written(value: Resolved, column: string, table: PhysicalTable, context: Context): string {
  if (isDefault(value)) return defaultOf(table, column);
  const node = value.child("value");
  return resultSql(expression(node, context), node.type(), column, context);
}

/** Columns an INSERT leaves out that do not become NULL. */
function defaults(table: PhysicalTable, named: readonly string[]) {
  const given = new Set(named.map((name) => name.toLowerCase()));
  return table.columns
    .filter(({ name, defaultSql }) => defaultSql !== undefined && !given.has(name.toLowerCase()))
    .map(({ name, defaultSql }) => ({ name, sql: defaultSql ?? "NULL" }));
}

const names = (columns: readonly string[]) => columns.map(quoteIdentifier).join(", ");

export function insert(statement: Resolved, context: Context): Translated {
  if (statement.text("insert_mode") && statement.text("insert_mode") !== "OR_ERROR") {
    throw new Unsupported(`INSERT ${statement.text("insert_mode")}`);
  }
  const name = tableOf(statement.child("table_scan"));
  if (statement.has("returning")) throw new Unsupported("THEN RETURN");
  const table = context.environment.table(name);
  const columns = statement.columns("insert_column_list");
  const added = defaults(
    table,
    columns.map((column) => column.name),
  );
  const source = statement.optional("query");
  const body = source ? insertedQuery(statement, source, context) : insertedRows(statement, table, context);
  const list = names([...columns.map((column) => column.name), ...added.map((column) => column.name)]);
  const extra = added.map((column) => `, ${column.sql}`).join("");
  const sql = `INSERT INTO ${table.from} (${list}) SELECT *${extra} FROM (${body})`;
  return { kind: "INSERT", target: name, sql, checks: [], touched: [], scans: context.scans };
}

function insertedQuery(statement: Resolved, source: Resolved, context: Context): string {
  const rows = scan(source, context);
  const into = statement.columns("insert_column_list");
  const list = statement.columns("query_output_column_list").map((column, i) => {
    const target = into[i] ?? column;
    const value = resultSql(context.columnSql(column.id), fromProto(target.proto), target.name, context);
    return `${value} AS i${i}`;
  });
  return `SELECT ${list.join(", ")} FROM (${rows})`;
}

function insertedRows(statement: Resolved, table: PhysicalTable, context: Context): string {
  const columns = statement.columns("insert_column_list");
  const rows = statement.children("row_list").map((row) => {
    const values = row
      .children("value_list")
      .map((value, i) => written(value, columns[i]?.name ?? "", table, context));
    return `(${values.join(", ")})`;
  });
  return `VALUES ${rows.join(", ")}`;
}

function assignments(items: readonly Resolved[], table: PhysicalTable, context: Context): string {
  return items
    .map((item) => {
      const target = item.child("target");
      if (target.kind !== "column_ref") throw new Unsupported("UPDATE of a field inside a STRUCT");
      if (!item.has("set_value")) throw new Unsupported("DML on the elements of an ARRAY");
      const column = target.column().name;
      return `${quoteIdentifier(column)} = ${written(item.child("set_value"), column, table, context)}`;
    })
    .join(", ");
}

/** Raises when one target row meets several of the pairs. `pairs` is what follows FROM. */
const onceEach = (pairs: string) =>
  `SELECT CASE WHEN EXISTS (SELECT 1 FROM ${pairs} GROUP BY t.rowid HAVING count(*) > 1) THEN bq_raise(${SEVERAL_MATCHES}) END`;

export function update(statement: Resolved, context: Context): Translated {
  const { name, table } = targetOf(statement, context, statement.child("where_expr"));
  const from = statement.optional("from_scan");
  const source = from ? `(${scan(from, context)}) AS s` : "";
  const where = expression(statement.child("where_expr"), context);
  const set = assignments(statement.children("update_item_list"), table, context);
  const sql = `UPDATE ${table.from} AS t SET ${set}${source ? ` FROM ${source}` : ""} WHERE ${where}`;
  const pairs = `${table.from} AS t${source ? `, ${source}` : ""} WHERE (${where})`;
  const checks = source ? [onceEach(pairs)] : [];
  return { kind: "UPDATE", target: name, sql, checks, touched: [pairs], scans: context.scans };
}

export function deleteRows(statement: Resolved, context: Context): Translated {
  const where = statement.optional("where_expr");
  const { name, table } = targetOf(statement, context, where);
  const rows = `${table.from} AS t WHERE (${where ? expression(where, context) : "TRUE"})`;
  return {
    kind: "DELETE",
    target: name,
    sql: `DELETE FROM ${rows}`,
    checks: [],
    touched: [rows],
    scans: context.scans,
  };
}

export function truncate(statement: Resolved, context: Context): Translated {
  if (statement.has("where_expr")) throw new Unsupported("TRUNCATE TABLE … WHERE");
  const name = tableOf(statement.child("table_scan"));
  const { from } = context.environment.table(name);
  const touched = [`${from} AS t WHERE TRUE`];
  return { kind: "TRUNCATE_TABLE", target: name, sql: `DELETE FROM ${from}`, checks: [], touched, scans: [] };
}

const MATCHES: Readonly<Record<string, string>> = {
  MATCHED: "WHEN MATCHED",
  NOT_MATCHED_BY_SOURCE: "WHEN NOT MATCHED BY SOURCE",
  NOT_MATCHED_BY_TARGET: "WHEN NOT MATCHED BY TARGET",
};

export function merge(statement: Resolved, context: Context): Translated {
  const { name, table } = targetOf(statement, context);
  const source = `(${scan(statement.child("from_scan"), context)}) AS s`;
  const on = expression(statement.child("merge_expr"), context);
  const clauses = statement.children("when_clause_list");
  const taken: string[] = [];
  const orphans: string[] = [];
  const whens = clauses.map((clause) => {
    const match = clause.text("match_type");
    const extra = clause.optional("match_expr");
    const condition = extra ? expression(extra, context) : "TRUE";
    if (match === "MATCHED") taken.push(condition);
    if (match === "NOT_MATCHED_BY_SOURCE") orphans.push(condition);
    return `${MATCHES[match]} AND ${condition} THEN ${mergeAction(clause, table, context)}`;
  });
  const sql = `MERGE INTO ${table.from} AS t USING ${source} ON ${on} ${whens.join(" ")}`;
  const pairs = `${table.from} AS t JOIN ${source} ON ${on} WHERE (${taken.join(" OR ")})`;
  const checks = taken.length > 0 ? [onceEach(pairs)] : [];
  const unmatched = `${table.from} AS t WHERE NOT EXISTS (SELECT 1 FROM ${source} WHERE ${on}) AND (${orphans.join(" OR ")})`;
  const touched = [...(taken.length > 0 ? [pairs] : []), ...(orphans.length > 0 ? [unmatched] : [])];
  return { kind: "MERGE", target: name, sql, checks, touched, scans: context.scans };
}

function mergeAction(clause: Resolved, table: PhysicalTable, context: Context): string {
  const action = clause.text("action_type");
  if (action === "DELETE") return "DELETE";
  if (action === "UPDATE")
    return `UPDATE SET ${assignments(clause.children("update_item_list"), table, context)}`;
  const columns = clause.columns("insert_column_list").map((column) => column.name);
  const values = clause
    .child("insert_row")
    .children("value_list")
    .map((value, i) => written(value, columns[i] ?? "", table, context));
  const added = defaults(table, columns);
  const list = names([...columns, ...added.map((column) => column.name)]);
  return `INSERT (${list}) VALUES (${[...values, ...added.map((column) => column.sql)].join(", ")})`;
}
