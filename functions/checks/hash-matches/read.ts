import type { HashMatch } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { inBranches } from "../../shared/stores/bigquery/in-branches.ts";
import { numberOf } from "../../shared/stores/bigquery/row.ts";
import type { Inputs, Row, Warehouse } from "../../shared/stores/bigquery/types.ts";

/** The number of different hashes in one table, and how many of them are also in another. */
export interface MatchCount {
  readonly hashes: number;
  readonly matching: number;
}

/** One job; a match that cannot be counted does not stop the others. */
export function readMatches(
  matches: readonly HashMatch[],
  warehouse: Warehouse,
): Promise<ReadonlyMap<HashMatch, MatchCount | WarehouseError>> {
  return inBranches("hash-matches/matches", matches, inputsOf, countOf, warehouse);
}

function inputsOf({ of, among }: HashMatch): Inputs {
  return {
    names: {
      of_table: nameOf(of.table.clean),
      of_hash: of.hash,
      among_table: nameOf(among.table.clean),
      among_hash: among.hash,
    },
  };
}

function countOf([row]: readonly Row[]): MatchCount {
  if (row === undefined) throw new Error("the query returned no row");
  return { hashes: numberOf(row, "hashes"), matching: numberOf(row, "matching") };
}
