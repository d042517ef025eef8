import { readSearches, rememberSearches } from "../../checks/pii-search/remember.ts";
import { searchForPii } from "../../checks/pii-search/search-datasets.ts";
import type { Scope, Verdict } from "../../checks/pii-search/types.ts";
import type { Pii } from "../../shared/config/types.ts";
import { datasetOf, nameOf } from "../../shared/config/values/table-name.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { readCanaries } from "./canaries.ts";

/**
 * Limit of one run; the next run reads the rest. It covers a day's new data of most warehouses, and BigQuery
 * reads it in seconds.
 */
const bytesPerRun = 512 * 2 ** 20;

/**
 * The scope of the search. Columns that the function empties are left out, because it counts them exactly;
 * the staging tables hold hashes.
 */
export async function scopeOf(pii: Pii): Promise<Scope> {
  const emptied = pii.tables.flatMap(({ source, identifiers, erase }) =>
    [...identifiers.map(({ column }) => column), ...erase].map((column) => ({
      column: `${nameOf(source.table)}.${column}`,
      reason: "it is emptied row by row, and its readable rows are counted",
    })),
  );
  return {
    datasets: pii.searched,
    leftOut: [...pii.exclude, ...emptied],
    hashColumns: pii.tables
      .filter(({ clean }) => pii.searched.includes(datasetOf(clean)))
      .flatMap(({ clean, identifiers }) => identifiers.map(({ hash }) => `${nameOf(clean)}.${hash}`)),
    hashesOfNothing: [],
    canaries: await readCanaries(pii.canariesSecret),
  };
}

/** Searches changed tables, up to the limit of one run, and stores the result. */
export async function searchAndRemember(
  pii: Pii,
  warehouse: Warehouse,
  now: Date,
): Promise<readonly Verdict[]> {
  const verdicts = await searchForPii(await scopeOf(pii), warehouse, now, bytesPerRun);
  const read = verdicts.flatMap(({ read: wasRead, search }) => (wasRead && search !== null ? [search] : []));
  await rememberSearches(read, warehouse, now);
  return verdicts;
}

/** Searched tables; for datasets that this run did not search or could not list, those of earlier runs. */
export async function searchedTables(
  verdicts: readonly Verdict[],
  pii: Pii,
  warehouse: Warehouse,
  now: Date,
): Promise<readonly string[]> {
  const unlisted = pii.searched.filter(
    (dataset) => !verdicts.some((it) => it.subject.startsWith(`${dataset}.`)),
  );
  const known = unlisted.length === 0 ? [] : [...(await readSearches(unlisted, warehouse, now)).keys()];
  return [...verdicts.map(({ subject }) => subject), ...unlisted, ...known];
}

/**
 * True if the next run has nothing left to search: nothing was put off, and nothing failed because BigQuery
 * was busy.
 */
export function isFinished(verdicts: readonly Verdict[]): boolean {
  return verdicts.every(({ retry }) => !retry);
}
