import type { Source, TableName, WarehouseFile } from "../shared/config/types.ts";
import { datasetOf, nameOf } from "../shared/config/values/table-name.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Memory } from "./memory.ts";
import type { Listing } from "./table-stats/listing.ts";
import type { Plan } from "./table-stats/plan.ts";
import type { StatsAnswer, StatsRequest, TableStats, Window } from "./table-stats/types.ts";
import { windowOf } from "./table-stats/window.ts";

/** The facts that most checks use; a check that needs more says so in its own input. */
export interface StatsFacts {
  readonly listings: ReadonlyMap<string, Listing>;
  readonly plan: Plan;
  readonly answers: ReadonlyMap<StatsRequest, StatsAnswer>;
  /** Results of earlier runs; null if there are none. */
  readonly memory: Memory | null | WarehouseError;
}

/** The input of a check. */
export interface CheckInput<F extends StatsFacts = StatsFacts> {
  readonly file: WarehouseFile;
  readonly facts: F;
  readonly now: Date;
  readonly isLookBack: boolean;
}

export function statsFor(request: StatsRequest | undefined, { facts }: CheckInput): StatsAnswer {
  return (request === undefined ? undefined : facts.answers.get(request)) ?? gone(request?.table);
}

export function statsOf({ id }: Pick<Source, "id">, input: CheckInput): StatsAnswer {
  return statsFor(input.facts.plan.sources.get(id), input);
}

export function statsOrNull(source: Source, input: CheckInput): TableStats | null {
  const answer = statsOf(source, input);
  return answer instanceof WarehouseError ? null : answer;
}

export function windowIn({ timeZone }: Pick<Source, "timeZone">, { now, file }: CheckInput): Window {
  return windowOf(now, timeZone, file);
}

export function listingOf(table: Pick<TableName, "project" | "dataset">, { facts }: CheckInput) {
  return facts.listings.get(datasetOf(table)) ?? gone(undefined);
}

/** Whether a clean view exists, according to its dataset's list. */
export function cleanViewState(view: TableName, input: CheckInput): "kept" | "missing" | "unknown" {
  const listing = listingOf(view, input);
  if (listing instanceof WarehouseError) return "unknown";
  return listing.has(view.table) ? "kept" : "missing";
}

/** An error for a table that its dataset does not list. */
function gone(table: TableName | undefined): WarehouseError {
  const what = table === undefined ? "It" : `The table ${nameOf(table)}`;
  return new WarehouseError("not_found", "table-stats/table", `${what} is not there, or may not be seen.`);
}
