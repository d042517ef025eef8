import { checkHashing } from "../checks/hashing/check.ts";
import { searchResult } from "../checks/pii/as-results.ts";
import { checkPii } from "../checks/pii/check.ts";
import type { Scope } from "../checks/pii/types.ts";
import type { Listing } from "../checks/reading/listing.ts";
import { cannotTell, type Result } from "../checks/result.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import { WarehouseError } from "../shared/warehouse/error.ts";
import type { Tables, Warehouse } from "../shared/warehouse/types.ts";
import { orError, type People } from "./look.ts";
import { datasetOf } from "./plan.ts";

/** Datasets that are searched for people: those that the file names, or all that it watches. */
export function searchedIn({ pii, sources }: WarehouseFile): readonly string[] {
  return pii?.searched ?? [...new Set(sources.map(({ table }) => datasetOf(table)))];
}

/** At most what a search of every text would read: the tables as a whole. */
export function bytesToSearch(datasets: readonly string[], listings: ReadonlyMap<string, Listing>): number {
  return datasets
    .flatMap((dataset) => {
      const listing = listings.get(dataset);
      return listing === undefined || listing instanceof WarehouseError ? [] : [...listing.values()];
    })
    .reduce((sum, { kind, bytes }) => sum + (kind === "table" ? bytes : 0), 0);
}

/** Searches every text now, since nobody remembers an earlier search; nobody is planted, so only shapes are looked for. */
export async function peopleIn(
  file: WarehouseFile,
  warehouse: Warehouse & Tables,
  now: Date,
  searches: boolean,
): Promise<People> {
  const { pii } = file;
  const [proof, searched] = await Promise.all([
    pii === null
      ? { tables: [], matches: [], key: nothing, health: { claim: nothing, figures: null } }
      : orError(() =>
          checkHashing(pii, { fingerprint: null, trouble: "it is not used here" }, warehouse, now),
        ),
    searchAll(file, warehouse, now, searches),
  ]);
  return { proof, searched };
}

const nothing = { claim: "key", subject: "", status: "unknown", text: "", actions: [] } as const;

async function searchAll(
  file: WarehouseFile,
  warehouse: Warehouse,
  now: Date,
  searches: boolean,
): Promise<readonly Result[]> {
  const datasets = searchedIn(file);
  const owner = file.pii?.tables[0]?.source.owner ?? file.sources[0]?.owner ?? "";
  const about = (subject: string) => ({ check: "pii", subject, owner }) as const;
  if (!searches)
    return datasets.map((dataset) =>
      cannotTell(about(dataset), "not_searched", "It was not searched: --no-people."),
    );
  const verdicts = await orError(() => checkPii(scopeOf(file, datasets), warehouse, now));
  return datasets.map((dataset) =>
    verdicts instanceof WarehouseError
      ? cannotTell(about(dataset), "not_searched", verdicts.message)
      : searchResult({ dataset, owner, tables: [] }, verdicts),
  );
}

function scopeOf({ pii }: WarehouseFile, datasets: readonly string[]): Scope {
  return {
    datasets,
    leftOut: pii?.leftOut ?? [],
    hashColumns: (pii?.tables ?? [])
      .filter(({ clean }) => datasets.includes(datasetOf(clean)))
      .flatMap(({ clean, identifiers }) =>
        identifiers.map(({ hash }) => `${datasetOf(clean)}.${clean.table}.${hash}`),
      ),
    hashesOfNothing: [],
    canaries: { plain: [], unsalted: [] },
  };
}
