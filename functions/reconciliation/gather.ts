import type { Facts, PiiFacts } from "../checks/facts.ts";
import { freshnessFromStats } from "../checks/freshness/from-stats.ts";
import type { Memory } from "../checks/memory.ts";
import { checkPiiHashing } from "../checks/pii-hashing/prove.ts";
import { readSearches } from "../checks/pii-search/remember.ts";
import { type Listing, listDatasets } from "../checks/table-stats/listing.ts";
import { type Plan, planReads, tablesOf } from "../checks/table-stats/plan.ts";
import { readTableStats } from "../checks/table-stats/read.ts";
import type { StatsAnswer, StatsRequest } from "../checks/table-stats/types.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import type { Context } from "../shared/function/definition.ts";
import type { Instants } from "../shared/instants.ts";
import { orError, WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Tables, Warehouse } from "../shared/stores/bigquery/types.ts";
import { within } from "./cost.ts";
import { readMemory } from "./memory.ts";

/** Where it is deployed the bundle's own memory is read; where it is not, tables are searched for personal data. */
export interface Means {
  readonly piiFacts: (listings: ReadonlyMap<string, Listing>) => Promise<PiiFacts | null>;
  readonly memory: () => Promise<Memory | null | WarehouseError>;
  /** Called between planning and reading; throws if the reads exceed the limit. */
  readonly allow: (plan: Plan) => Promise<void>;
}

/**
 * What is known of the warehouse and of the last run.
 * @throws WarehouseError at a tick whose last run cannot be read: it would remember what is now as if it had always been so
 */
export async function gather({ file, at, warehouse, run }: Context): Promise<Facts> {
  const facts = await gatherFrom(file, at, warehouse, {
    ...deployed(file, at, warehouse),
    allow: within(file, "reconciliation", at),
  });
  if (run !== null && facts.memory instanceof WarehouseError) throw facts.memory;
  return facts;
}

/**
 * All facts about the warehouse of a file as of an instant: the contents of its datasets, one read of each
 * table, the PII facts, the earlier results. Reads only; a failed read does not stop the others.
 */
export async function gatherFrom(
  file: WarehouseFile,
  instants: Instants,
  warehouse: Warehouse & Tables,
  means: Means,
): Promise<Facts> {
  const listings = await listDatasets(tablesOf(file), warehouse);
  const plan = planReads(file, listings, instants.now);
  await means.allow(plan);
  const [answers, piiFacts, memory] = await Promise.all([
    readTableStats(plan.asked, warehouse, instants),
    means.piiFacts(listings),
    means.memory(),
  ]);
  const freshness = await freshnessFromStats(
    file.sources,
    { listings, answers: bySource(plan, answers) },
    file,
    warehouse,
    instants,
  );
  return { listings, plan, answers, freshness, piiFacts, memory };
}

/** The bundle's stored results, if it is deployed. */
export function deployed(
  file: WarehouseFile,
  instants: Instants,
  warehouse: Warehouse & Tables,
): Pick<Means, "piiFacts" | "memory"> {
  return {
    memory: () => orError(() => readMemory(warehouse, instants.now)),
    async piiFacts() {
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
