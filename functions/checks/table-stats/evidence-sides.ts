import { nameOf } from "../../shared/config/values/table-name.ts";
import { beginning } from "../../shared/instants.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import type { Names } from "../../shared/stores/bigquery/statement.ts";
import type { Inputs } from "../../shared/stores/bigquery/types.ts";
import { amountOf, versionOf } from "./evidence.ts";
import type { StatsRequest, TableStats } from "./types.ts";

/**
 * A key as one text, equal for equal keys, which distinguishes NULL from any text: `["ad 1",null]`. Checksums
 * compare keys as text too.
 */
function keyText(key: readonly string[]): Fragment {
  const texts = key.map((column) => Fragment.of`CAST(${column} AS STRING)`);
  return texts.length === 0
    ? Fragment.of`CAST(NULL AS STRING)`
    : Fragment.of`TO_JSON_STRING(${Fragment.array(texts)})`;
}

/**
 * Names for one of two tables in a statement: every placeholder and parameter has the side's name as prefix,
 * `left_table`, `@left_zone`. Rows that arrived before `@left_from` were not read and are not shown.
 */
export function sideInputs(side: string, request: StatsRequest): Required<Inputs> {
  const { arrival, from } = request;
  const day = request.businessDate ?? arrival;
  const names: Names = {
    table: nameOf(request.table),
    day: day === null ? Fragment.noDay : Fragment.day(day, `${side}_zone`),
    key: keyText(request.key),
    amount: amountOf(request),
    version: versionOf(request),
    arrival: arrival === null ? Fragment.of`CAST(NULL AS TIMESTAMP)` : Fragment.column(arrival),
  };
  return {
    names: prefixed(side, names),
    params: prefixed(side, { zone: request.timeZone, from: from ?? beginning }),
    types: prefixed(side, { zone: "STRING", from: "TIMESTAMP" }),
  };
}

function prefixed<T>(side: string, values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${side}_${name}`, value]));
}

/** The inputs of both sides, and the ones they share. */
export function joinInputs(sides: readonly Required<Inputs>[], more: Inputs): Inputs {
  const all = [...sides, more];
  return {
    names: Object.assign({}, ...all.map(({ names }) => names)),
    params: Object.assign({}, ...all.map(({ params }) => params)),
    types: Object.assign({}, ...all.map(({ types }) => types)),
  };
}

/** `dataset.table` of the table that was read. */
export function nameOfSide({ request: { table } }: Pick<TableStats, "request">): string {
  return `${table.dataset}.${table.table}`;
}
