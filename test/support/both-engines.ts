import { renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type {
  Bulk,
  Inputs,
  ParamType,
  ParamValue,
  Row,
  Warehouse,
} from "../../functions/shared/stores/bigquery/types.ts";
import type { Rows, SmallTable, TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { GoogleType, ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { difference, type GoogleSql } from "./googlesql.ts";

/** By column; what is left out is NULL. */
export type SmallRow = Readonly<Record<string, Value | undefined>>;

/**
 * Every SELECT is answered by the local BigQuery's translation and by Google's own evaluator.
 * @throws Error where the two differ
 */
export function bothEngines(googleSql: GoogleSql, ...tables: SmallTable[]): Warehouse & Bulk {
  async function answered(sql: string, inputs: Inputs, inOrder = (rows: Rows) => rows): Promise<Row[]> {
    const it = { sql, tables, parameters: new Map(typed(inputs)) };
    const oracle = inOrder(await googleSql.evaluateWithOracle(it));
    const differs = difference(inOrder(await googleSql.runLocally(it)), oracle);
    if (differs !== null) throw new Error(differs);
    return oracle.rows.map((row) =>
      Object.fromEntries(oracle.columns.map(({ name, type }, at) => [name, cell(row[at] ?? null, type)])),
    );
  }
  const rendered = (statement: string, { names = {} }: Inputs, more: Inputs["names"] = {}) =>
    renderStatement(statement, { ops: "shop.ops", ...names, ...more });
  const refuse = async () => {
    throw new Error("these tables are read only");
  };
  return {
    runs: [],
    execute: refuse,
    loadTable: refuse,
    datasetLocation: refuse,
    query: (statement, inputs = {}) => answered(rendered(statement, inputs), inputs),
    queryAll(statement, branches, shared = {}) {
      const parts = branches.map((branch, n) => rendered(statement, branch, { n: String(n) }));
      return answered(parts.join("\nUNION ALL\n"), joined(branches, shared), sorted);
    },
    async *pages(statement, inputs) {
      yield await answered(rendered(statement, inputs), inputs);
    },
  };
}

/** A union has no order of its own. */
function sorted({ columns, rows }: Rows): Rows {
  return { columns, rows: rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
}

export function smallTable(
  name: string,
  columns: Readonly<Record<string, ScalarKind | GoogleType>>,
  ...rows: readonly SmallRow[]
): SmallTable {
  return {
    name: `shop.${name}`,
    columns: Object.entries(columns).map(([column, type]) => ({
      name: column,
      type: typeof type === "string" ? { kind: type } : type,
    })),
    rows: rows.map((row) => Object.keys(columns).map((column) => row[column] ?? null)),
  };
}

/** A branch's own parameters end in its number. */
function joined(branches: readonly Inputs[], { params, types }: Inputs): Inputs {
  const own = <T>(key: (inputs: Inputs) => Readonly<Record<string, T>> | undefined) =>
    Object.fromEntries(
      branches.flatMap((branch, n) =>
        Object.entries(key(branch) ?? {}).map(([name, value]) => [`${name}_${n}`, value] as const),
      ),
    );
  return {
    params: { ...params, ...own((it) => it.params) },
    types: { ...types, ...own((it) => it.types) },
  };
}

function typed({ params = {}, types = {} }: Inputs): [string, TypedValue][] {
  return Object.entries(params).map(([name, value]) => [name.toLowerCase(), typedValue(value, types[name])]);
}

function typedValue(value: ParamValue, type?: ParamType): TypedValue {
  if (value instanceof Date) return { type: { kind: "TIMESTAMP" }, value: value.toISOString() };
  if (Array.isArray(value))
    return { type: { kind: "ARRAY", element: { kind: "STRING" } }, value: value.map(String) };
  const kind = type ?? (typeof value === "number" ? "INT64" : "STRING");
  return { type: { kind: kind as ScalarKind }, value: String(value) };
}

/** As Google's client hands it out. */
function cell(value: Value, type: GoogleType): unknown {
  if (value === null) return null;
  if (type.kind === "ARRAY" && Array.isArray(value)) return value.map((it) => cell(it, type.element));
  if (type.kind === "BOOL") return value === "true";
  if (type.kind === "INT64") return Number(value);
  if (type.kind === "NUMERIC") return { s: 1, e: 0, c: [], toFixed: () => String(value) };
  return type.kind === "TIMESTAMP" || type.kind === "DATE" ? { value: String(value) } : value;
}
