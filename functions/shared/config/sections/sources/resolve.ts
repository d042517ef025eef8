import { getOrThrow, ms, placeOf, type Resolved } from "../../values/resolved.ts";
import { tableName } from "../../values/table-name.ts";
import type { Connector } from "../connectors/resolve.ts";
import type { WrittenProject } from "../project/schema.ts";
import { freshnessDefaults, type WrittenSource, type WrittenSources } from "./schema.ts";

/** The function that empties raw tables: its writes are no arrivals. */
const hasher = "pii-hasher";

/** @param emptied ids of the sources whose identifiers are emptied */
export function resolveSources(
  file: WrittenProject & WrittenSources,
  connectors: readonly Connector[],
  emptied: readonly string[],
) {
  const byId = new Map(connectors.map((connector) => [connector.id, connector]));
  const warnAfter = file.freshness?.warn_after ?? freshnessDefaults.warnAfter;
  const criticalAfter = file.freshness?.critical_after ?? freshnessDefaults.criticalAfter;
  const uncut = Object.entries(file.sources).map(([id, it]) => ({
    id,
    table: tableName(it.table, file.project),
    connector: getOrThrow(byId, it.connector),
    owner: it.owner,
    timeZone: it.time_zone ?? file.time_zone,
    /** Column with the time at which a row reached the warehouse; null if there is none. */
    arrival: it.arrival ?? null,
    /** Column with the business day of a row, `_TABLE_SUFFIX` for date-sharded tables, or null. */
    businessDate: it.business_date ?? null,
    warnAfterMs: ms(it.warn_after ?? warnAfter),
    criticalAfterMs: ms(it.critical_after ?? criticalAfter),
    /**
     * Other writers than the loader: with one, the modification time does not prove that the table is fresh.
     */
    otherWriters: [...new Set([...(it.other_writers ?? []), ...(emptied.includes(id) ? [hasher] : [])])],
    /** Ids of the sources that it is computed from; empty if a loader delivers it. No circles. */
    builtFrom: it.built_from ?? [],
    /** Columns that identify a fact; empty if the loader never repeats a row. */
    uniqueKey: it.unique_key ?? [],
    money: it.money === undefined ? null : resolveMoney(it.money),
    /** Columns that must hold a value, in addition to the unique key. */
    required: it.required ?? [],
    /**
     * How long after the end of a day its amounts may change, such as an ad platform's attribution window;
     * null if unknown.
     */
    finalAfterMs: it.final_after === undefined ? null : ms(it.final_after),
    /** Actions for this source; those of the connector and the host come first. */
    runbook: it.runbook ?? [],
    links: it.links ?? [],
    breakdown: null,
  }));
  const uncutById = new Map(uncut.map((source) => [source.id, source]));
  return uncut.map((source) => {
    const breakdown = file.sources[source.id]?.breakdown;
    /** Null if the source is not a breakdown of another one's money. */
    return { ...source, breakdown: breakdown === undefined ? null : resolveBreakdown(breakdown, uncutById) };
  });
}

export function resolveMoney(written: NonNullable<WrittenSource["money"]>) {
  return {
    column: written.column,
    /** Path of the amount in a JSON column, e.g. `$.spend`; null for a plain column. */
    jsonPath: written.json_path ?? null,
    /** ISO 4217. */
    currency: written.currency,
    /**
     * Column with a row's own currency: rows in another currency are in no sum. Null if all are in
     * `currency`.
     */
    currencyColumn: written.currency_column ?? null,
    kind: written.kind,
  };
}

/** @param sources without breakdowns, because a breakdown cannot be of another breakdown */
function resolveBreakdown<Uncut extends { readonly money: Money | null }>(
  written: NonNullable<WrittenSource["breakdown"]>,
  sources: ReadonlyMap<string, Uncut>,
) {
  const of = getOrThrow(sources, written.of);
  if (of.money === null) throw new Error(`${written.of} has no money`);
  return { of: { ...of, money: of.money }, ...placeOf(written) };
}

export type Source = Resolved<ReturnType<typeof resolveSources>>[number];
export type Money = Resolved<ReturnType<typeof resolveMoney>>;

/** The money of another source, split by age, country or the like. Its totals must equal the other's. */
export type Breakdown = NonNullable<Source["breakdown"]>;
