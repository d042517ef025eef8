import { hashingResults } from "../../checks/pii-hashing/as-results.ts";
import { rememberedSearchResult } from "../../checks/pii-search/as-results.ts";
import { notRead, type Result, unknown } from "../../checks/result.ts";
import type { Pii } from "../../shared/config/types.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import type { People } from "../look.ts";
import type { Known } from "./known.ts";

/** Whether everybody is hashed, hashes meet, and nothing readable is left. */
export function peopleResults(known: Known): Result[] {
  const { pii } = known.file;
  const { people } = known.facts;
  if (pii === null) return people === null ? [] : searchResults(people, known);
  if (people === null) return pii.searched.map((dataset) => notSearched(dataset, pii, known));
  const { proof } = people;
  const hashing =
    proof instanceof WarehouseError
      ? pii.tables.map((table) =>
          notRead({ check: "pii_hashing", subject: table.id, owner: table.source.owner }, proof),
        )
      : hashingResults(proof);
  return [...hashing, ...searchResults(people, known)];
}

function notSearched(subject: string, pii: Pii, { isLookBack }: Known): Result {
  const about = { check: "pii_search", subject, owner: ownerIn(pii) } as const;
  return isLookBack
    ? unknown(about, "looked_back", "What could be read then cannot be counted any more.")
    : unknown(about, "not_searched", "Nobody has searched it.");
}

function searchResults({ searched }: People, { file, facts, now }: Known): Result[] {
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

function isResults(searched: People["searched"]): searched is readonly Result[] {
  return Array.isArray(searched);
}

function ownerIn(pii: Pii | null): string {
  return pii?.tables[0]?.source.owner ?? "";
}
