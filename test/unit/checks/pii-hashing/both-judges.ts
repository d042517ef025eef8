import { renderStatement } from "../../../../functions/shared/stores/bigquery/statement.ts";
import type {
  Bulk,
  Inputs,
  ParamValue,
  Row,
  Warehouse,
} from "../../../../functions/shared/stores/bigquery/types.ts";
import type { SmallTable, TypedValue } from "../../../../infra/local/emulators/bigquery/analyzer.ts";
import type { GoogleType, ScalarKind, Value } from "../../../../infra/local/emulators/bigquery/types.ts";
import { difference, type GoogleSql } from "../../../support/googlesql.ts";

/** By column; what is left out is NULL. */
export type SmallRow = Readonly<Record<string, Value | undefined>>;

/**
 * Every SELECT is answered by the local BigQuery's translation and by Google's own evaluator.
 * @throws Error where the two differ
 */
export function bothJudges(googleSql: GoogleSql, ...tables: SmallTable[]): Warehouse & Bulk {
  async function answered(sql: string, { params = {} }: Inputs): Promise<Row[]> {
    const parameters = new Map(Object.entries(params).map(([name, value]) => [name, typed(value)]));
    const it = { sql, tables, parameters };
    const oracle = await googleSql.evaluateWithOracle(it);
    const differs = difference(await googleSql.runLocally(it), oracle);
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
      return answered(parts.join("\nUNION ALL\n"), shared);
    },
    async *pages(statement, inputs) {
      yield await answered(rendered(statement, inputs), inputs);
    },
  };
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

function typed(value: ParamValue): TypedValue {
  if (value instanceof Date) return { type: { kind: "TIMESTAMP" }, value: value.toISOString() };
  return { type: { kind: typeof value === "number" ? "INT64" : "STRING" }, value: String(value) };
}

/** As Google's client hands it out. */
function cell(value: Value, type: GoogleType): unknown {
  if (value === null) return null;
  if (type.kind === "ARRAY" && Array.isArray(value)) return value.map((it) => cell(it, type.element));
  if (type.kind === "BOOL") return value === "true";
  if (type.kind === "INT64") return Number(value);
  return type.kind === "TIMESTAMP" ? { value: String(value) } : value;
}
