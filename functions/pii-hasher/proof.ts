import { checkPiiHashing } from "../checks/pii-hashing/prove.ts";
import { judgeUnsearched } from "../checks/pii-search/judge.ts";
import { searchForPii } from "../checks/pii-search/search-datasets.ts";
import type { Verdict as SearchVerdict } from "../checks/pii-search/types.ts";
import { loadWarehouseFile } from "../shared/config/load.ts";
import type { Pii } from "../shared/config/types.ts";
import { BadRequestError, PlumblineError } from "../shared/errors.ts";
import { wallClock } from "../shared/function/context.ts";
import { dryRunAnswer } from "../shared/function/dry-run.ts";
import { queriesOf } from "../shared/function/queries.ts";
import { flag } from "../shared/http/flag.ts";
import type { Call, Methods } from "../shared/http/handle.ts";
import type { Answer } from "../shared/http/respond.ts";
import { tickOf } from "../shared/http/tick.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import type { Tables, Warehouse } from "../shared/stores/bigquery/types.ts";
import { narrowed } from "./gather.ts";
import { proofAsJson, proofBlocks, proofTable } from "./prove/proof-report.ts";
import { scopeOf } from "./prove/search.ts";
import { loadKey } from "./tables/keys.ts";

/**
 * How much the search reads of the data written since the last search: all, some, or nothing. In bytes of
 * tables.
 */
const searches: ReadonlyMap<string, number> = new Map([
  ["changed", Number.POSITIVE_INFINITY],
  ["quick", 64 * 2 ** 20],
  ["remembered", 0],
]);

/**
 * Checks that no plaintext is left and that every person is hashed. It counts and searches, writes nothing
 * and sends no notice; only runs store what they read.
 */
async function prove({ headers, query }: Call): Promise<Answer> {
  const file = await loadWarehouseFile();
  const { now } = tickOf(headers, wallClock);
  const pii = narrowed(file.pii, query.table);
  const asked = query.search ?? "changed";
  const atMostBytes = searches.get(asked);
  if (atMostBytes === undefined)
    throw new BadRequestError(
      `search is ${JSON.stringify(asked)}; write one of ${[...searches.keys()].join(", ")}`,
    );
  const dryRun = flag("dry_run", query.dry_run);
  const warehouse = openWarehouse({ ...file, from: "pii-hasher", dryRun });
  // The search is of everything, whichever table is asked about: another scope would read all tables anew.
  const whole = narrowed(file.pii, undefined);
  const [proof, searched] = await Promise.all([
    checkPiiHashing(pii, await loaded(pii), warehouse, now),
    search(whole, atMostBytes, warehouse, now),
  ]);
  if (dryRun) return dryRunAnswer({ runs: warehouse.runs, caveat: notEstimated }, now);
  const proven = { proof, searched, pii, asOf: now };
  return {
    json: proofAsJson(proven, queriesOf(warehouse.runs)),
    report: { title: "Proof that no readable PII is left", blocks: proofBlocks(proven) },
    table: proofTable(proven),
  };
}

/** Fingerprint of the key that would be used now. The key is read only to compare it. */
async function loaded({ keySecret }: Pii) {
  const key = await loadKey(keySecret);
  return "key" in key
    ? { fingerprint: key.key.fingerprint, trouble: null }
    : { fingerprint: null, trouble: key.text };
}

async function search(
  pii: Pii,
  atMostBytes: number,
  warehouse: Warehouse & Tables,
  now: Date,
): Promise<readonly SearchVerdict[]> {
  try {
    return await searchForPii(await scopeOf(pii), warehouse, now, atMostBytes);
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error;
    return pii.searched.map((dataset) => judgeUnsearched(dataset, error));
  }
}

const notEstimated =
  "BigQuery bills at least 10 MB for each table that a query names. The search is not included, because a dry run does not know which tables have changed; at most it reads all texts of all tables.";

export const proofPath: Methods = {
  GET: {
    query: ["table", "search", "dry_run"],
    formats: ["json", "markdown", "html", "csv"],
    answer: prove,
  },
};
