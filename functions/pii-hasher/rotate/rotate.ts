import type { Pii, PiiTable } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import {
  BadRequestError,
  ConfigurationError,
  PermanentError,
  PlumblineError,
  TemporaryError,
} from "../../shared/errors.ts";
import type { IdentityKey } from "../../shared/identity/keyed-hash.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Bulk, Tables, Warehouse } from "../../shared/stores/bigquery/types.ts";
import {
  type KeyProblem,
  type KeyStatus,
  keysInUse,
  loadKey,
  type RegisteredKey,
  readRegistry,
  rotationIn,
} from "../tables/keys.ts";
import { wakeNextTick } from "../tables/progress.ts";
import {
  besideOf,
  type Generations,
  layBeside,
  type MatchParity,
  matchParityOf,
  type Parity,
  parityOf,
  rowsLeft,
  swap,
} from "./rotate-table.ts";

/**
 * Replaces a key. The plaintext is gone by then, so the new hashes are made from the old ones, and the keys
 * of all generations are needed from then on.
 *
 *     building old and new hashes of every clean table are written beside it
 *     proved each old hash has one new hash, and joins find the same persons with either
 *     swapping each clean table gets the new hashes in one statement
 *     active the new key is used, the old one is retired, the tables beside are dropped
 *
 * Every step can be repeated. The next tick continues an interrupted rotation, and it can be undone until it
 * is active. Nothing is hashed in the meantime. Between the swap of the first table and that of the last,
 * usually seconds, joins between them match nothing.
 */
export interface Rotation {
  readonly status: KeyStatus | "none";
  readonly generation: number;
  readonly parity: readonly Parity[];
  readonly matches: readonly MatchParity[];
}

type All = Warehouse & Tables & Bulk;

/**
 * Begins a rotation to the key that the secret holds now, or continues the rotation in progress.
 *
 * @throws BadRequestError if there is no new key; PermanentError if joins would not match; WarehouseError
 */
export async function rotate(pii: Pii, warehouse: All, now: Date): Promise<Rotation> {
  const registry = await readRegistry(warehouse);
  if (rotationIn(registry) === null) await begin(pii, registry, warehouse, now);
  return goOn(pii, warehouse, now);
}

async function begin(
  { keySecret, tables }: Pii,
  registry: readonly RegisteredKey[],
  warehouse: All,
  now: Date,
): Promise<void> {
  const used = keysInUse(registry);
  const last = used.at(-1);
  if (last === undefined)
    throw new BadRequestError(
      "No key is registered yet, so there is none to replace; the first run registers one",
    );
  const { key, version } = usable(await loadKey(keySecret));
  if (used.some(({ fingerprint }) => fingerprint === key.fingerprint))
    throw new BadRequestError(
      key.fingerprint === last.fingerprint
        ? `The newest version of ${keySecret} is the key in use. Add the new one first: openssl rand -hex 32 | tr -d '\\n' | gcloud secrets versions add ${keySecret} --data-file=-`
        : `The newest version of ${keySecret} is a key that was in use before; make another one`,
    );
  // If this run ends early, the next tick continues.
  await wakeNextTick(warehouse, now);
  // Tables of an undone rotation could hold hashes of another key, which look like those of this one.
  await clearAway(tables, warehouse);
  await warehouse.execute("pii-hasher/register-key", {
    params: {
      generation: last.generation + 1,
      secret_version: version,
      fingerprint: key.fingerprint,
      status: "building",
      now,
    },
  });
}

/** @throws as `rotate` */
async function goOn(pii: Pii, warehouse: All, now: Date): Promise<Rotation> {
  const { to, generations, tables, status } = await underWay(pii, warehouse);
  if (status === "undoing") return undo(pii, warehouse, now);
  const move = (next: KeyStatus, detail: object | null = null) =>
    moveTo(to.generation, next, detail, warehouse, now);
  const key = await newKeyOf(to);
  let parity: readonly Parity[] = [];
  let matches: readonly MatchParity[] = [];
  if (status === "building") {
    parity = await built(tables, key, generations, warehouse);
    const counted = pii.matches.filter(({ of, among }) =>
      [of, among].every((it) => tables.includes(it.table)),
    );
    matches = await Promise.all(counted.map((it) => matchParityOf(it, warehouse)));
    refuseBroken(parity, matches);
    await move("proved", { parity, matches });
  }
  if (status !== "swapping") await move("swapping");
  for (const table of tables) await goOver(table, key, generations, warehouse);
  await move("active");
  await clearAway(tables, warehouse);
  return { status: "active", generation: to.generation, parity, matches };
}

async function goOver(
  table: PiiTable,
  key: IdentityKey,
  generations: Generations,
  warehouse: All,
): Promise<void> {
  if ((await rowsLeft(table, generations.to, warehouse)) === 0) return;
  // The table expires after a week, and a rotation may have been stuck for longer.
  if (!(await liesBeside(table, warehouse))) await layBeside(table, key, generations, warehouse);
  // The clean table may have changed since the proof: nothing is swapped without a pair.
  refuseBroken([await parityOf(table, generations, warehouse)], []);
  await swap(table, generations, warehouse);
  const left = await rowsLeft(table, generations.to, warehouse);
  if (left > 0)
    throw new PermanentError(
      `${left} rows of ${nameOf(table.clean)} were not moved to key ${generations.to}; POST /pii-hasher/rotation retries, ?undo=1 reverts`,
    );
}

const liesBeside = async (table: PiiTable, warehouse: Tables) =>
  (await warehouse.table(besideOf(table))) !== null;

/**
 * Undoes an unfinished rotation.
 * @throws BadRequestError if there is none; WarehouseError
 */
export async function undo(pii: Pii, warehouse: All, now: Date): Promise<Rotation> {
  const { to, generations, tables } = await underWay(pii, warehouse);
  const back = { from: generations.to, to: generations.from };
  const over: PiiTable[] = [];
  for (const table of tables) {
    const left = await rowsLeft(table, back.to, warehouse);
    if (left === 0) continue;
    // Checked before anything changes: a rotation that cannot be undone can still be finished.
    if (!(await liesBeside(table, warehouse)))
      throw new PermanentError(
        `${left} rows of ${nameOf(table.clean)} have hashes of key ${back.from} and the old hashes beside it are gone; POST /pii-hasher/rotation finishes the rotation instead`,
      );
    over.push(table);
  }
  await moveTo(to.generation, "undoing", null, warehouse, now);
  for (const table of over) {
    await swap(table, back, warehouse);
    const left = await rowsLeft(table, back.to, warehouse);
    if (left > 0)
      throw new PermanentError(
        `${left} rows of ${nameOf(table.clean)} could not be reverted to key ${back.to}: there are no old hashes with their key`,
      );
  }
  await moveTo(to.generation, "undone", null, warehouse, now);
  await clearAway(tables, warehouse);
  return { status: "undone", generation: to.generation, parity: [], matches: [] };
}

async function underWay(pii: Pii, warehouse: All) {
  const registry = await readRegistry(warehouse);
  const to = rotationIn(registry);
  const from = keysInUse(registry).at(-1);
  if (to === null || from === undefined) throw new BadRequestError("No rotation is running");
  const made = await Promise.all(
    pii.tables.map(async (table) => ((await warehouse.table(nameOf(table.clean))) === null ? null : table)),
  );
  const tables = made.filter((it): it is PiiTable => it !== null);
  return { to, status: to.status, generations: { from: from.generation, to: to.generation }, tables };
}

/** Builds only tables that are not complete yet: an interrupted run may have built some of them. */
async function built(
  tables: readonly PiiTable[],
  key: IdentityKey,
  generations: Generations,
  warehouse: All,
): Promise<readonly Parity[]> {
  const all: Parity[] = [];
  for (const table of tables) {
    const before = await parityOf(table, generations, warehouse).catch(orNone);
    if (before === null || before.broken !== null) await layBeside(table, key, generations, warehouse);
    all.push(before?.broken === null ? before : await parityOf(table, generations, warehouse));
  }
  return all;
}

function orNone(error: unknown): null {
  if (error instanceof WarehouseError && error.reason === "not_found") return null;
  throw error;
}

function refuseBroken(parity: readonly Parity[], matches: readonly MatchParity[]): void {
  const broken = [
    ...parity.flatMap((it) => it.broken ?? []),
    ...matches
      .filter(({ before, after }) => before !== after)
      .map((it) => `${it.of} finds ${it.after} persons in ${it.among}, and found ${it.before} before`),
  ];
  if (broken.length > 0)
    throw new PermanentError(
      `The rotation stops, because joins would break: ${broken.join("; ")}. POST /pii-hasher/rotation?undo=1 reverts it`,
    );
}

async function newKeyOf({ secretVersion, fingerprint }: RegisteredKey): Promise<IdentityKey> {
  const { key } = usable(await loadKey(secretVersion));
  if (key.fingerprint !== fingerprint)
    throw new ConfigurationError(
      `${secretVersion} is not the key that the rotation began with any more; put it back, or POST /pii-hasher/rotation?undo=1`,
    );
  return key;
}

function usable(loaded: Awaited<ReturnType<typeof loadKey>>) {
  if ("key" in loaded) return loaded;
  throw loaded.retry ? new TemporaryError(loaded.text) : new ConfigurationError(loaded.text);
}

async function moveTo(
  generation: number,
  status: KeyStatus,
  detail: object | null,
  warehouse: Warehouse,
  now: Date,
): Promise<void> {
  await warehouse.execute("pii-hasher/set-key-status", {
    params: { generation, status, detail: detail === null ? null : JSON.stringify(detail), now },
    types: { detail: "STRING" },
  });
}

/** Drops the tables beside the clean tables. */
export async function clearAway(tables: readonly PiiTable[], warehouse: Tables): Promise<void> {
  for (const table of tables) await warehouse.dropTable(besideOf(table));
}

/**
 * Used by a tick to continue a rotation. If it cannot be finished, nothing is hashed, and the reason is
 * reported.
 */
export async function finishRotation(pii: Pii, warehouse: All, now: Date): Promise<KeyProblem | null> {
  try {
    await goOn(pii, warehouse, now);
    return null;
  } catch (error) {
    if (!(error instanceof PlumblineError) || error.retry) throw error;
    return {
      code: "rotation_stuck",
      text: error.message,
      actions: [
        "POST /pii-hasher/rotation goes on with it; with ?undo=1 it is taken back, and hashing goes on with the old key",
      ],
      retry: false,
    };
  }
}
