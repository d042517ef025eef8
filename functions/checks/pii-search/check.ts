import type { Pii } from "../../shared/config/types.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Check } from "../check.ts";
import type { CheckInput, StatsFacts } from "../input.ts";
import { type Result, unknown } from "../result.ts";
import { rememberedSearchResult } from "./judge-datasets.ts";
import type { Search } from "./types.ts";

export interface SearchFacts {
  /** For each searched dataset: new results, or the stored searches of its tables. */
  readonly searched: readonly Result[] | ReadonlyMap<string, Search> | WarehouseError;
}

interface PiiSearchFacts extends StatsFacts {
  readonly piiFacts: SearchFacts | null;
}

/** Checks that no personal data is readable in any text of the searched datasets. */
export const piiSearch = {
  id: "pii_search",
  judge: (input) => {
    const { pii } = input.file;
    const { piiFacts } = input.facts;
    if (piiFacts !== null) return searchResults(piiFacts, input);
    return pii === null ? [] : pii.searched.map((dataset) => notSearched(dataset, pii, input));
  },
} as const satisfies Check<PiiSearchFacts>;

function notSearched(subject: string, pii: Pii, { isLookBack }: CheckInput): Result {
  const about = { check: "pii_search", subject, owner: ownerIn(pii) } as const;
  return isLookBack
    ? unknown(about, "looked_back", "What could be read then cannot be counted any more.")
    : unknown(about, "not_searched", "It has not been searched.");
}

function searchResults({ searched }: SearchFacts, { file, facts, now }: CheckInput): Result[] {
  if (isResults(searched)) return [...searched];
  const { pii } = file;
  return (pii?.searched ?? []).map((dataset) => {
    const listing = facts.listings.get(dataset);
    const tables =
      listing === undefined || listing instanceof WarehouseError
        ? (listing ?? [])
        : [...listing.values()]
            .filter(({ kind }) => kind === "table")
            .map(({ table }) => `${dataset}.${table}`);
    return rememberedSearchResult({ dataset, owner: ownerIn(pii), tables }, searched, now);
  });
}

function isResults(searched: SearchFacts["searched"]): searched is readonly Result[] {
  return Array.isArray(searched);
}

function ownerIn(pii: Pii | null): string {
  return pii?.tables[0]?.source.owner ?? "";
}
