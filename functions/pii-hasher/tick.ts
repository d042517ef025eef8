import { judgeUnsearched } from "../checks/pii-search/judge.ts";
import type { Verdict as SearchVerdict } from "../checks/pii-search/types.ts";
import type { Pii } from "../shared/config/types.ts";
import { messageOf, PlumblineError } from "../shared/errors.ts";
import { log } from "../shared/log.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Bulk, Tables, Warehouse } from "../shared/stores/bigquery/types.ts";
import { leftMs, requestLimitMs } from "../shared/time-left.ts";
import { type Decision, decide } from "./decide.ts";
import { hashTable, nothingDone } from "./hash/hash-table.ts";
import { type Plan, planOf } from "./plan.ts";
import { isFinished, searchAndRemember } from "./prove/search.ts";
import { clearAway, finishRotation } from "./rotate/rotate.ts";
import { surveyOf } from "./survey.ts";
import { countReadable } from "./tables/count-readable.ts";
import { type KeyProblem, type Keys, loadKeys, readRegistry, rotationIn } from "./tables/keys.ts";
import { noProgress, saveProgress, wholeFunction } from "./tables/progress.ts";
import type { Layout, Outcome, Progress, Survey } from "./tables/types.ts";

/** New data is searched this often, so a leak is reported within the hour. */
const searchEveryMs = 3_600_000;
/** The longest time without a search, however busy the hashing is. */
const searchAtLatestMs = 2 * 3_600_000;
/** A search begins only if this much time is left; less of it if the limit is short. */
const searchTakesMs = () => Math.min(150_000, requestLimitMs() / 2);

/** While a notified problem is open, a quiet tick is assumed for this long: reminders are hours apart. */
const quietForMs = 3_600_000;

/** The work of a tick, as far as metadata and one query show. */
export interface TickPlan {
  readonly surveys: readonly Survey[];
  readonly plans: ReadonlyMap<string, Plan>;
  readonly whole: Progress | null;
  readonly searchIsDue: boolean;
  /** Nothing to do and nothing to notify. */
  readonly isQuiet: boolean;
}

export async function planTick(pii: Pii, warehouse: Warehouse & Tables, now: Date): Promise<TickPlan> {
  const { surveys, whole } = await surveyOf(pii, warehouse);
  const plans = new Map(surveys.map((it) => [it.table.id, planOf(it, pii.uploads, now)]));
  const since = (at: Date | null | undefined) =>
    at === null || at === undefined ? Number.POSITIVE_INFINITY : now.getTime() - at.getTime();
  const searchIsDue = since(whole?.readAt) >= searchEveryMs;
  const isNotified = whole !== null && (!whole.hasProblem || since(whole.settledAsOf) < quietForMs);
  const isQuiet = [...plans.values()].every(({ action }) => action === "rest") && !searchIsDue && isNotified;
  return { surveys, plans, whole, searchIsDue, isQuiet };
}

export interface Done {
  readonly decision: Decision;
  readonly searched: readonly SearchVerdict[];
}

/** What a tick does to the warehouse; under the lease. What it remembers of each table is saved on the way. */
export async function runTick(
  tickPlan: TickPlan,
  pii: Pii,
  warehouse: Warehouse & Tables & Bulk,
  now: Date,
): Promise<Done> {
  const { surveys, plans } = tickPlan;
  const reads = [...plans].flatMap(([id, plan]) => (plan.action === "read" ? [{ id, ...plan }] : []));
  const counted = await countReadable(reads, warehouse);
  const readableRows = new Map(
    [...counted].flatMap(([{ id }, rows]) => (rows instanceof WarehouseError ? [] : [[id, rows] as const])),
  );
  const keys = await keysFor(pii, tickPlan, warehouse, now);
  const outcomes = new Map<string, Outcome>();
  // Small ones first, so that a backfill of months does not delay the day's orders.
  const inTurn = reads.toSorted((a, b) => (readableRows.get(a.id) ?? 0) - (readableRows.get(b.id) ?? 0));
  for (const read of inTurn) {
    const count = counted.get(read);
    if (count instanceof WarehouseError) outcomes.set(read.id, notCounted(read.layout, count));
    else if ("chain" in keys)
      outcomes.set(read.id, await hash(read, count ?? 0, surveys, keys, pii, warehouse, now));
  }
  const keyProblem = "chain" in keys ? null : keys;
  const decision = decide(surveys, plans, outcomes, keyProblem, readableRows, now);
  await saveProgress(changedProgress(decision), warehouse, now);
  return { decision, searched: await search(tickPlan, decision, pii, warehouse, now) };
}

async function hash(
  { id, layout, since }: Extract<Plan, { action: "read" }> & { readonly id: string },
  readableRows: number,
  surveys: readonly Survey[],
  { chain }: Keys,
  pii: Pii,
  warehouse: Warehouse & Tables & Bulk,
  now: Date,
): Promise<Outcome> {
  const survey = surveys.find(({ table }) => table.id === id);
  const before = survey?.progress ?? noProgress;
  const look = { since, readableRows, isMade: survey?.clean !== null };
  return hashTable(layout, look, pii, chain, warehouse, now, (hashed, left) =>
    saveProgress(
      new Map([
        [id, { ...before, settledAsOf: null, rowsHashed: before.rowsHashed + hashed, rowsLeft: left }],
      ]),
      warehouse,
      now,
    ),
  );
}

/** The first key ever used becomes the registered key. */
async function keysFor(
  pii: Pii,
  { surveys, whole }: TickPlan,
  warehouse: Warehouse & Tables & Bulk,
  now: Date,
): Promise<Keys | KeyProblem> {
  let registry = await readRegistry(warehouse);
  if (rotationIn(registry) !== null) {
    const stuck = await finishRotation(pii, warehouse, now);
    if (stuck !== null) return stuck;
    registry = await readRegistry(warehouse);
  } else if (whole?.settledAsOf === null) {
    // A finished rotation may have ended before it dropped its tables.
    await clearAway(pii.tables, warehouse);
  }
  const hasHashes = surveys.some(({ clean }) => clean !== null && "rows" in clean && (clean.rows ?? 0) > 0);
  const keys = await loadKeys(pii.keySecret, registry, hasHashes);
  if (!("chain" in keys) || !keys.isNew) return keys;
  const { secretVersion, fingerprint } = keys;
  await warehouse.execute("pii-hasher/register-key", {
    params: { generation: 1, secret_version: secretVersion, fingerprint, status: "active", now },
  });
  return keys;
}

function changedProgress({ tables }: Decision): ReadonlyMap<string, Progress> {
  return new Map(
    tables.filter(({ outcome }) => outcome !== null).map((one) => [one.survey.table.id, one.progress]),
  );
}

/** Searches only if there is time, because hashing comes first. */
async function search(
  { searchIsDue, whole }: TickPlan,
  { tables }: Decision,
  pii: Pii,
  warehouse: Warehouse,
  now: Date,
): Promise<readonly SearchVerdict[]> {
  const isBusy = tables.some(({ outcome }) => outcome !== null && !outcome.idle);
  const age = whole?.readAt ? now.getTime() - whole.readAt.getTime() : 0;
  if (!searchIsDue || (isBusy && age < searchAtLatestMs) || leftMs() < searchTakesMs()) return [];
  try {
    return await searchAndRemember(pii, warehouse, now);
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error;
    // The hashing is done and must be reported; the search stays due.
    log.error(`The search failed: ${messageOf(error)}`, { error });
    return pii.searched.map((dataset) => judgeUnsearched(dataset, error));
  }
}

/** Records that this tick has published all its notices. */
export async function recordTick(
  { decision, searched }: Done,
  { whole }: TickPlan,
  hasProblem: boolean,
  warehouse: Warehouse,
  now: Date,
): Promise<void> {
  const readAt = searched.length > 0 && isFinished(searched) ? now : (whole?.readAt ?? null);
  const before = whole ?? noProgress;
  const hashed = decision.summary.inserted + decision.summary.updated;
  const after: Progress = {
    ...before,
    settledAsOf: now,
    readAt,
    rowsHashed: before.rowsHashed + hashed,
    hasProblem: hasProblem,
  };
  await saveProgress(new Map([[wholeFunction, after]]), warehouse, now);
}

function notCounted({ table }: Layout, error: WarehouseError): Outcome {
  return {
    ...nothingDone,
    complete: false,
    failure: {
      code: "not_checked",
      text: `${table.id} could not be checked: ${messageOf(error)}`,
      actions: [
        "Nothing if BigQuery was busy: the run is retried. Otherwise fix the cause that the message names",
      ],
      retry: error.retry,
    },
  };
}
