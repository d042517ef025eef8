import type { Facts, People } from "../checks/facts.ts";
import { freshnessFromStats } from "../checks/freshness/from-stats.ts";
import type { Memory } from "../checks/memory.ts";
import { checkPiiHashing } from "../checks/pii-hashing/prove.ts";
import { readSearches } from "../checks/pii-search/remember.ts";
import { type Listing, listDatasets } from "../checks/table-stats/listing.ts";
import { type Plan, planReads, tablesOf } from "../checks/table-stats/plan.ts";
import { readTableStats } from "../checks/table-stats/read.ts";
import type { StatsAnswer, StatsRequest } from "../checks/table-stats/types.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import type { Instants } from "../shared/instants.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Tables, Warehouse } from "../shared/stores/bigquery/types.ts";
import { readMemory } from "./memory.ts";

/**
 * How the facts are gathered. The bundle's own tables are read only if it is deployed; otherwise the datasets
 * are searched for personal data.
 */
export interface Looking {
  readonly people: (listings: ReadonlyMap<string, Listing>) => Promise<People | null>;
  readonly memory: () => Promise<Memory | null | WarehouseError>;
  /** Called between planning and reading; throws if the reads exceed the limit. */
  readonly allow: (plan: Plan) => Promise<void>;
}

/**
 * Gathers all facts about the warehouse of a file, as of an instant: the lists of its datasets, the
 * statistics of each table, the facts about personal data, and the stored results. It only reads. A part that
 * cannot be read does not stop the rest.
 */
export async function lookAt(
  file: WarehouseFile,
  instants: Instants,
  warehouse: Warehouse & Tables,
  looking: Looking,
): Promise<Facts> {
  const listings = await listDatasets(tablesOf(file), warehouse);
  const plan = planReads(file, listings, instants.now);
  await looking.allow(plan);
  const [answers, people, memory] = await Promise.all([
    readTableStats(plan.asked, warehouse, instants),
    looking.people(listings),
    looking.memory(),
  ]);
  const freshness = await freshnessFromStats(
    file.sources,
    { listings, answers: bySource(plan, answers) },
    file,
    warehouse,
    instants,
  );
  return { listings, plan, answers, freshness, people, memory };
}

/** The bundle's stored results, if it is deployed. */
export function deployed(
  file: WarehouseFile,
  instants: Instants,
  warehouse: Warehouse & Tables,
): Pick<Looking, "people" | "memory"> {
  return {
    memory: () => orError(() => readMemory(warehouse, instants.now)),
    async people() {
      const { pii } = file;
      // The counts are of now, and an earlier state is unknown.
      if (pii === null || instants.isLookBack) return null;
      const noKey = { fingerprint: null, trouble: "it is not used here" };
      const [proof, searched] = await Promise.all([
        orError(() => checkPiiHashing(pii, noKey, warehouse, instants.now)),
        orError(() => readSearches(pii.searched, warehouse, instants.now)),
      ]);
      return { proof, searched };
    },
  };
}

export async function orError<T>(ask: () => Promise<T>): Promise<T | WarehouseError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WarehouseError) return error;
    throw error;
  }
}

function bySource(
  { sources }: Plan,
  answers: ReadonlyMap<StatsRequest, StatsAnswer>,
): ReadonlyMap<string, StatsAnswer> {
  return new Map(
    [...sources].flatMap(([id, request]) => {
      const answer = answers.get(request);
      return answer === undefined ? [] : [[id, answer] as const];
    }),
  );
}
