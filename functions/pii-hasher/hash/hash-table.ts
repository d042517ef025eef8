import type { Pii } from "../../shared/config/types.ts";
import { messageOf } from "../../shared/errors.ts";
import type { KeyChain } from "../../shared/identity/key-chain.ts";
import { earliest } from "../../shared/instants.ts";
import { log } from "../../shared/log.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { instantOrNull, numberOf } from "../../shared/stores/bigquery/row.ts";
import type { Bulk, Tables, Warehouse } from "../../shared/stores/bigquery/types.ts";
import { leftMs, requestLimitMs } from "../../shared/time-left.ts";
import { cleanColumns, clusterColumns, ownColumns, text } from "../tables/layout.ts";
import { arrivedSince, keptColumns, keptSince, readable, sameKey, unseen } from "../tables/sql-fragments.ts";
import type { Layout, Outcome, Portion, Unusable } from "../tables/types.ts";
import { hashPortion, uploadTarget } from "./hash-portion.ts";

/**
 * Each portion needs a load job and three to five statements of any size, so large ones cost less. After a
 * crash within a portion all of it is repeated, so small ones lose less.
 */
const rowsPerPortion = 100_000;

/** Time reserved for notices and storing, with room for a slow BigQuery; less of it if the limit is short. */
const reservedMs = () => Math.min(90_000, Math.max(50_000, requestLimitMs() / 3));

/** The rows to read. */
export interface ScanRange {
  /** Null means all rows. */
  readonly since: Date | null;
  /** Number of readable rows, whatever their arrival. */
  readonly readableRows: number;
  /** The clean table exists. */
  readonly isMade: boolean;
}

/**
 * Hashes portion after portion, the oldest first, until all is done or the time is short; the next run
 * continues. An error is an outcome and does not stop other tables.
 *
 * @param onProgress called after each portion with the number of rows in the clean table so far, and the
 *   number left
 */
export async function hashTable(
  layout: Layout,
  scanRange: ScanRange,
  pii: Pii,
  chain: KeyChain,
  warehouse: Warehouse & Tables & Bulk,
  now: Date,
  onProgress: (hashed: number, left: number) => Promise<void>,
): Promise<Outcome> {
  let outcome = nothingDone;
  try {
    await makeTables(layout, scanRange, pii, warehouse);
    const portions = await portionsOf(layout, scanRange, warehouse);
    let slowestMs = 0;
    for (const [at, portion] of portions.entries()) {
      if (leftMs() < reservedMs() + slowestMs * 1.5) {
        outcome = { ...outcome, complete: false, left: outcome.left + rowsIn(portions.slice(at)) };
        break;
      }
      const began = performance.now();
      const done = await hashPortion(layout, portion, scanRange.since, pii, chain, warehouse, now);
      slowestMs = Math.max(slowestMs, performance.now() - began);
      outcome = added(outcome, done, portion);
      const left = outcome.left + rowsIn(portions.slice(at + 1));
      if (portions.length > 1) {
        log.info(`${layout.table.id}: portion ${at + 1} of ${portions.length} is done`, { rows_left: left });
        await onProgress(outcome.inserted + outcome.updated, left);
      }
    }
    return outcome;
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error;
    return { ...outcome, complete: false, idle: false, failure: failed(layout, error) };
  }
}

/** The outcome if there is nothing to do. */
export const nothingDone: Outcome = {
  inserted: 0,
  updated: 0,
  emptied: 0,
  left: 0,
  pending: 0,
  pendingSince: null,
  unusable: [],
  complete: true,
  idle: true,
  seenUntil: null,
  failure: null,
};

function added(before: Outcome, done: Awaited<ReturnType<typeof hashPortion>>, portion: Portion): Outcome {
  const didNothing = done.inserted + done.updated + done.emptied + done.pending + done.changed === 0;
  return {
    ...before,
    inserted: before.inserted + done.inserted,
    updated: before.updated + done.updated,
    emptied: before.emptied + done.emptied,
    left: before.left + done.changed,
    pending: before.pending + done.pending,
    pendingSince: earliest([before.pendingSince, done.pendingSince]),
    unusable: together(before.unusable, done.unusable),
    idle: before.idle && didNothing,
    complete: before.complete && done.changed === 0,
    seenUntil: portion.arrived?.until ?? before.seenUntil,
  };
}

function together(before: readonly Unusable[], more: readonly Unusable[]): Unusable[] {
  const all = Map.groupBy([...before, ...more], ({ column, reason }) => `${column} ${reason}`);
  return [...all.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, count: same.reduce((sum, { count }) => sum + count, 0) }];
  });
}

const rowsIn = (portions: readonly Portion[]) => portions.reduce((sum, { rows }) => sum + rows, 0);

/** Limited to rows that are not later than the overlap, unless there are more readable rows. */
async function portionsOf(
  layout: Layout,
  { since, readableRows }: ScanRange,
  warehouse: Warehouse,
): Promise<readonly Portion[]> {
  const { portions, readableSeen } = await readPortions(layout, since, true, warehouse);
  if (since === null || readableSeen >= readableRows) return portions;
  return (await readPortions(layout, since, false, warehouse)).portions;
}

async function readPortions(layout: Layout, since: Date | null, isBounded: boolean, warehouse: Warehouse) {
  const rows = await warehouse.query("pii-hasher/portions", {
    names: {
      raw: layout.raw,
      clean: layout.clean,
      arrival: layout.arrival,
      readable: readable(layout),
      unseen: unseen(layout),
      kept_key: sameKey(layout, "kept", "raw"),
      kept_columns: keptColumns(layout),
      kept_since: keptSince(since === null || !isBounded ? null : "since"),
      bounds: isBounded ? arrivedSince(layout, since) : Fragment.always,
      recent: arrivedSince(layout, since),
    },
    params: { rows_per_portion: rowsPerPortion, ...(since !== null && { since }) },
  });
  const portions = rows.map((row): Portion => {
    const [from, until] = [instantOrNull(row, "first_arrival"), instantOrNull(row, "last_arrival")];
    // A Date has milliseconds: everything that arrived within the last one belongs to the portion too.
    const arrived = from === null || until === null ? null : { from, until: new Date(until.getTime() + 1) };
    return { arrived, rows: numberOf(row, "row_count") };
  });
  const readableSeen = rows.reduce((sum, row) => sum + numberOf(row, "readable_rows"), 0);
  return { portions, readableSeen };
}

/** Creates missing tables; the plan has checked the existing ones. */
async function makeTables(layout: Layout, { isMade }: ScanRange, pii: Pii, tables: Tables): Promise<void> {
  if (!isMade)
    await tables.createTable(layout.clean, {
      columns: cleanColumns(layout),
      // Rows are written and searched by arrival, and a run reads recent arrivals.
      partitionBy: "_raw_arrived_at",
      clusterBy: clusterColumns(layout),
      description: `${layout.raw} without PII, with keyed hashes for joins in the warehouse. The hashes are useless outside. Maintained by Plumbline's pii-hasher.`,
      labels: { plumbline: "pii-hasher", holds: "keyed-hashes" },
    });
  const uploads = uploadTarget(layout, pii);
  if (uploads === null) return;
  await tables.createTable(uploads.name, {
    partitionBy: "_raw_arrived_at",
    columns: [...uploads.copied, ...uploads.hashes.map(({ column }) => text(column)), ...ownColumns],
    clusterBy: clusterColumns(layout),
    description: `Plain SHA-256 of addresses and numbers of ${layout.raw}, as ad platforms match them. PERSONAL DATA: a list of addresses is enough to reverse it.`,
    labels: { plumbline: "pii-hasher", holds: "personal-data" },
  });
}

function failed({ table }: Layout, error: WarehouseError): Outcome["failure"] {
  return {
    code: "not_done",
    text: `${table.id} could not be hashed to the end: ${messageOf(error)}`,
    actions: [
      error.reason === "access_denied"
        ? "Give the function's service account roles/bigquery.dataEditor on the datasets of the raw and the clean table"
        : "Nothing if BigQuery was busy: the run is retried and keeps what it has done. Otherwise fix the cause that the message names",
    ],
    retry: error.retry,
  };
}
