import { getOrThrow, ms, placeOf, type Resolved } from "../../values/resolved.ts";
import { tableName } from "../../values/table-name.ts";
import type { Connector } from "../connectors/resolve.ts";
import type { WrittenProject } from "../project/schema.ts";
import { freshnessDefaults, type WrittenSource, type WrittenSources } from "./schema.ts";

/** The function that empties raw tables: what it writes says nothing of arrivals. */
const hasher = "pii-hasher";

/** @param emptied ids of the sources whose identifiers of people are emptied */
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
    /** Column that says when a row reached the warehouse; null when there is none. */
    arrival: it.arrival ?? null,
    /** Column of the day a row is about, `_TABLE_SUFFIX` for date-sharded tables, or null. */
    businessDate: it.business_date ?? null,
    warnAfterMs: ms(it.warn_after ?? warnAfter),
    criticalAfterMs: ms(it.critical_after ?? criticalAfter),
    /** Anything but the loader that writes the table: its modification time then proves nothing fresh. */
    otherWriters: [...new Set([...(it.other_writers ?? []), ...(emptied.includes(id) ? [hasher] : [])])],
    /** Ids of the sources it is computed from; empty where a loader brings it. No circles. */
    builtFrom: it.built_from ?? [],
    /** Columns that make a row one fact; empty when the loader never repeats a row. */
    uniqueKey: it.unique_key ?? [],
    money: it.money === undefined ? null : resolveMoney(it.money),
    /** Columns that must hold a value, beside those of the unique key. */
    required: it.required ?? [],
    /** How long after a day has ended its amounts may still change, as by an ad platform's attribution window; null: nobody says. */
    finalAfterMs: it.final_after === undefined ? null : ms(it.final_after),
    /** Steps of this source alone; the connector's and the host's are tried first. */
    runbook: it.runbook ?? [],
    links: it.links ?? [],
    breakdown: null,
  }));
  const uncutById = new Map(uncut.map((source) => [source.id, source]));
  return uncut.map((source) => {
    const breakdown = file.sources[source.id]?.breakdown;
    /** Null where the source is no finer cut of another one's money. */
    return { ...source, breakdown: breakdown === undefined ? null : resolveBreakdown(breakdown, uncutById) };
  });
}

export function resolveMoney(written: NonNullable<WrittenSource["money"]>) {
  return {
    column: written.column,
    /** Where the amount stands when the column holds JSON, e.g. `$.spend`; null for a plain column. */
    jsonPath: written.json_path ?? null,
    /** ISO 4217. */
    currency: written.currency,
    /** Column that says a row's own currency: rows in another one are in no sum. Null: all are in `currency`. */
    currencyColumn: written.currency_column ?? null,
    kind: written.kind,
  };
}

/** @param sources none of which is a breakdown yet: a breakdown is of none */
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

/** The money of another source once more, cut finer: by age, by country. Its totals must be the other's. */
export type Breakdown = NonNullable<Source["breakdown"]>;
