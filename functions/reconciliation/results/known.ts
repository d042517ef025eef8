import type { StatsAnswer, StatsRequest, TableStats, Window } from "../../checks/table-stats/types.ts";
import type { Source, TableName, WarehouseFile } from "../../shared/config/types.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import type { Facts } from "../look.ts";
import { datasetOf, windowOf } from "../plan.ts";

/** What is judged by. */
export interface Known {
  readonly file: WarehouseFile;
  readonly facts: Facts;
  readonly now: Date;
  readonly isLookBack: boolean;
}

export function answerTo(request: StatsRequest | undefined, { facts }: Known): StatsAnswer {
  return (request === undefined ? undefined : facts.answers.get(request)) ?? gone(request?.table);
}

export function answerOf({ id }: Pick<Source, "id">, known: Known): StatsAnswer {
  return answerTo(known.facts.plan.sources.get(id), known);
}

export function readingOf(source: Source, known: Known): TableStats | null {
  const answer = answerOf(source, known);
  return answer instanceof WarehouseError ? null : answer;
}

export function windowIn({ timeZone }: Pick<Source, "timeZone">, { now, file }: Known): Window {
  return windowOf(now, timeZone, file);
}

export function listingOf(table: Pick<TableName, "project" | "dataset">, { facts }: Known) {
  return facts.listings.get(datasetOf(table)) ?? gone(undefined);
}

export function nameOf({ project, dataset, table }: TableName): string {
  return `${project}.${dataset}.${table}`;
}

/** What its dataset does not list. */
function gone(table: TableName | undefined): WarehouseError {
  const what = table === undefined ? "It" : `The table ${nameOf(table)}`;
  return new WarehouseError("not_found", "table-stats/table", `${what} is not there, or may not be seen.`);
}
