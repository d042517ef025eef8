import type { PiiFacts } from "../checks/facts.ts";
import { checkPiiHashing } from "../checks/pii-hashing/prove.ts";
import { searchResult } from "../checks/pii-search/judge-datasets.ts";
import { searchForPii } from "../checks/pii-search/search-datasets.ts";
import type { Scope } from "../checks/pii-search/types.ts";
import { type Result, unknown } from "../checks/result.ts";
import type { Listing } from "../checks/table-stats/listing.ts";
import { listedIn } from "../checks/table-stats/listing.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import { datasetOf, nameOf } from "../shared/config/values/table-name.ts";
import type { Instants } from "../shared/instants.ts";
import { orError, WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Tables, Warehouse } from "../shared/stores/bigquery/types.ts";
import { minBytesPerTable } from "./cost.ts";

/** Datasets that are searched for personal data: those that the file names, or all that it watches. */
export function searchedIn({ pii, sources }: WarehouseFile): readonly string[] {
  return pii?.searched ?? [...new Set(sources.map(({ table }) => datasetOf(table)))];
}

/** Upper limit of a search of every text: the size of the tables. */
export function bytesToSearch(datasets: readonly string[], listings: ReadonlyMap<string, Listing>): number {
  return datasets
    .flatMap((dataset) => {
      const listing = listings.get(dataset);
      return listing === undefined || listing instanceof WarehouseError ? [] : [...listing.values()];
    })
    .reduce((sum, { kind, bytes }) => sum + (kind === "table" ? Math.max(bytes, minBytesPerTable) : 0), 0);
}

/**
 * Upper limit of counting who is hashed: the size of the raw and clean tables, and the hash tables once more.
 */
export function bytesToCount({ pii }: WarehouseFile, listings: ReadonlyMap<string, Listing>): number {
  const tables = pii?.tables ?? [];
  const hashes = pii?.matches.flatMap(({ of, among }) => [of.table, among.table]) ?? [];
  return [
    ...tables.flatMap(({ source, clean }) => [source.table, clean]),
    ...hashes.map(({ clean }) => clean),
  ].reduce((sum, name) => {
    const listed = listedIn(listings, name);
    return sum + (listed === null ? 0 : Math.max(listed.bytes, minBytesPerTable));
  }, 0);
}

/**
 * Searches every text now and ignores earlier searches, because the person who runs an audit may not be
 * allowed to read the bundle's tables. There are no test persons, so it searches for patterns only.
 */
export async function piiFactsIn(
  file: WarehouseFile,
  warehouse: Warehouse & Tables,
  { now, isLookBack }: Instants,
  searches: boolean,
): Promise<PiiFacts> {
  const { pii } = file;
  const [proof, searched] = await Promise.all([
    pii === null || isLookBack
      ? { tables: [], matches: [], key: nothing, health: { claim: nothing, figures: null } }
      : orError(() =>
          checkPiiHashing(pii, { fingerprint: null, trouble: "it is not used here" }, warehouse, now),
        ),
    isLookBack
      ? notSearched(file, "looked_back", "What could be read then cannot be counted any more.")
      : searches
        ? searchAll(file, warehouse, now)
        : notSearched(file, "not_searched", "It was not searched: --no-pii."),
  ]);
  return { proof, searched };
}

const nothing = { claim: "key", subject: "", status: "unknown", text: "", actions: [] } as const;

async function searchAll(file: WarehouseFile, warehouse: Warehouse, now: Date): Promise<readonly Result[]> {
  const scope = scopeOf(file, searchedIn(file));
  const noSearches = async () => new Map();
  const verdicts = await orError(() =>
    searchForPii(scope, warehouse, now, Number.POSITIVE_INFINITY, noSearches),
  );
  if (verdicts instanceof WarehouseError) return notSearched(file, "not_searched", verdicts.message);
  return scope.datasets.map((dataset) =>
    searchResult({ dataset, owner: ownerIn(file), tables: [] }, verdicts),
  );
}

function notSearched(file: WarehouseFile, code: string, text: string): readonly Result[] {
  return searchedIn(file).map((subject) =>
    unknown({ check: "pii_search", subject, owner: ownerIn(file) }, code, text),
  );
}

function ownerIn({ pii, sources }: WarehouseFile): string {
  return pii?.tables[0]?.source.owner ?? sources[0]?.owner ?? "";
}

function scopeOf({ pii }: WarehouseFile, datasets: readonly string[]): Scope {
  return {
    datasets,
    leftOut: pii?.exclude ?? [],
    hashColumns: (pii?.tables ?? [])
      .filter(({ clean }) => datasets.includes(datasetOf(clean)))
      .flatMap(({ clean, identifiers }) => identifiers.map(({ hash }) => `${nameOf(clean)}.${hash}`)),
    hashesOfNothing: [],
    canaries: { plain: [], unsalted: [] },
  };
}
