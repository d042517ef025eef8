import type { HashMatch, Pii } from "../../shared/config/types.ts";
import { datasetOf } from "../../shared/config/values/table-name.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Tables, Warehouse } from "../../shared/stores/bigquery/types.ts";
import { judgeMatch } from "../hash-matches/judge.ts";
import { type MatchCount, readMatches } from "../hash-matches/read.ts";
import type { Result } from "../result.ts";
import { judgeHealth, judgeKey, judgeTable } from "./judge.ts";
import { readCoverage, readHealth, readKey, readRemembered } from "./read.ts";
import type { Claim, Health, TableProof } from "./types.ts";

export interface Proof {
  readonly tables: readonly TableProof[];
  readonly key: Claim;
  readonly health: { readonly claim: Claim; readonly figures: Health | null };
  readonly matches: readonly {
    readonly match: HashMatch;
    readonly result: Result;
    readonly figures: MatchCount | null;
  }[];
}

/**
 * Checks that every person is hashed with the registered key. It counts the tables and writes nothing. The
 * check `pii_search` looks for plaintext elsewhere.
 *
 * @param loaded the key that would be used now
 * @throws WarehouseError if nothing could be read
 */
export async function checkPiiHashing(
  pii: Pick<Pii, "tables" | "matches">,
  loaded: { readonly fingerprint: string | null; readonly trouble: string | null },
  warehouse: Warehouse & Tables,
  now: Date,
): Promise<Proof> {
  const [key, remembered, health, matches, hours] = await Promise.all([
    readKey(warehouse),
    readRemembered(warehouse),
    readHealth(warehouse, now),
    readMatches(pii.matches, warehouse),
    timeTravelOf(pii, warehouse),
  ]);
  const generation = key === null || key instanceof WarehouseError ? 0 : key.generation;
  const coverage = await readCoverage(pii.tables, generation, warehouse);
  return {
    tables: pii.tables.map((table) => {
      const counted = coverage.get(table);
      if (counted === undefined) throw new Error(`${table.id} was not counted`);
      const own = remembered instanceof WarehouseError ? null : (remembered.get(table.id) ?? null);
      return judgeTable(table, counted, own, hours.get(datasetOf(table.source.table)) ?? null);
    }),
    key: judgeKey(key, loaded),
    health: { claim: judgeHealth(health, now), figures: health instanceof WarehouseError ? null : health },
    matches: pii.matches.map((match) => {
      const counted = matches.get(match);
      if (counted === undefined) throw new Error(`${match.of.table.id}.${match.of.hash} was not counted`);
      const figures = counted instanceof WarehouseError ? null : counted;
      return { match, result: judgeMatch(match, counted), figures };
    }),
  };
}

/** By raw dataset. */
async function timeTravelOf(
  { tables }: Pick<Pii, "tables">,
  warehouse: Tables,
): Promise<ReadonlyMap<string, number | null>> {
  const datasets = [...new Set(tables.map(({ source }) => datasetOf(source.table)))];
  return new Map(
    await Promise.all(
      datasets.map(
        async (dataset) => [dataset, await warehouse.timeTravelHours(dataset).catch(orNull)] as const,
      ),
    ),
  );
}

function orNull(error: unknown): null {
  if (error instanceof WarehouseError) return null;
  throw error;
}
