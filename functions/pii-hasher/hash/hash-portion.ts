import { randomBytes } from "node:crypto";
import type { Pii } from "../../shared/config/types.ts";
import type { KeyChain } from "../../shared/identity/key-chain.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { flagOf, textOf } from "../../shared/stores/bigquery/row.ts";
import type { Bulk, Row, TableColumn, Tables, Warehouse } from "../../shared/stores/bigquery/types.ts";
import { text } from "../tables/layout.ts";
import {
  arrivedSince,
  emptyNames,
  hasKey,
  inPortion,
  isErasable,
  keptColumns,
  keptSince,
  readable,
  sameKey,
  staged,
  type Target,
  targetNames,
  texts,
  unseen,
} from "../tables/sql-fragments.ts";
import type { Layout, Portion, Unusable } from "../tables/types.ts";
import { type Hashed, hashRow, type ReadRow, type Recipe } from "./hash-row.ts";

/** Number of rows in memory at once. */
const rowsPerPage = 10_000;

/** BigQuery removes tables that a crash has left. */
const stagedForMs = 24 * 3_600_000;

/**
 * Rows stay in the streaming buffer for at most this long:
 * https://cloud.google.com/bigquery/docs/data-manipulation-language.
 */
const maxInBufferMs = 90 * 60_000;

const endOfTime = new Date("9999-12-31T00:00:00Z");

/** The result for the rows of a portion. */
export interface Done {
  readonly inserted: number;
  readonly updated: number;
  readonly emptied: number;
  /** Hashed rows that are in the streaming buffer. */
  readonly pending: number;
  /** None of them has been in the streaming buffer for longer. */
  readonly pendingSince: Date | null;
  /** Rows that somebody changed while they were hashed: the next run hashes them again. */
  readonly changed: number;
  /** Values without a hash, and rows without a complete key, which are neither hashed nor emptied. */
  readonly unusable: readonly Unusable[];
}

/**
 * Moves one portion from the raw table into the clean one: read, hash in memory, stage by a load job, write
 * to the clean table, and only then empty the raw rows. Every step can be repeated. A run that ends between
 * two steps leaves readable rows, which the next run finds.
 *
 * @param since rows without readable identifiers are new from then on
 * @throws WarehouseError
 */
export async function hashPortion(
  layout: Layout,
  portion: Portion,
  since: Date | null,
  pii: Pii,
  chain: KeyChain,
  warehouse: Warehouse & Tables & Bulk,
  now: Date,
): Promise<Done> {
  const recipe = recipeOf(layout, pii, chain);
  const seen = { empties: 0, staged: 0, unusable: new Map<string, Unusable>() };
  const rows = stagedRows(readRows(layout, portion, since, warehouse), recipe, seen);
  const first = await rows.next();
  const unusable = () => [...seen.unusable.values()];
  if (first.done)
    return {
      inserted: 0,
      updated: 0,
      emptied: 0,
      pending: 0,
      pendingSince: null,
      changed: 0,
      unusable: unusable(),
    };

  await warehouse.loadTable(
    layout.staged,
    stagedColumns(layout, pii),
    startingWith(first.value, rows),
    stagedForMs,
  );
  const { inserted, updated } = await put(layout, cleanTarget(layout), portion, seen.staged, warehouse, {
    now,
    generation: chain.generation,
  });
  const uploads = uploadTarget(layout, pii);
  if (uploads !== null)
    await put(layout, uploads, portion, seen.staged, warehouse, { now, generation: null });
  const { emptied, bufferedFrom } =
    seen.empties === 0 ? { emptied: 0, bufferedFrom: null } : await empty(layout, portion, warehouse, now);
  // Hashes and digests must not stay in the staging table.
  await warehouse.dropTable(layout.staged);
  const rest = Math.max(0, seen.empties - emptied);
  return {
    inserted,
    updated,
    emptied,
    pending: bufferedFrom === null ? 0 : rest,
    pendingSince: bufferedFrom === null || rest === 0 ? null : bufferedFrom,
    changed: bufferedFrom === null ? rest : 0,
    unusable: unusable(),
  };
}

function recipeOf({ table }: Layout, { country, uploads }: Pii, chain: KeyChain): Recipe {
  const { identifiers, erasesUnusable } = table;
  return { chain, identifiers, country, erasesUnusable, uploads, salt: randomBytes(16).toString("hex") };
}

async function* readRows(
  layout: Layout,
  portion: Portion,
  since: Date | null,
  warehouse: Bulk,
): AsyncGenerator<ReadRow, void, void> {
  const { piece, inputs } = inPortion(layout, portion);
  const names = {
    raw: layout.raw,
    clean: layout.clean,
    arrival: layout.arrival,
    texts: texts(layout),
    has_key: hasKey(layout),
    erasable: isErasable(layout),
    unseen: unseen(layout),
    recent: arrivedSince(layout, since),
    readable: readable(layout),
    kept_key: sameKey(layout, "kept", "raw"),
    kept_columns: keptColumns(layout),
    kept_since: keptSince(portion.arrived === null ? null : "first_arrival"),
    portion: piece,
  };
  const params = { ...inputs.params, ...(since !== null && { since }) };
  for await (const page of warehouse.pages("pii-hasher/rows", { names, params }, rowsPerPage))
    for (const row of page) yield readRow(row, layout);
}

function readRow(row: Row, { key, table }: Layout): ReadRow {
  const textsOf = (columns: readonly unknown[], what: string) =>
    columns.map((_, at) => (row[`${what}_${at}`] === null ? null : textOf(row, `${what}_${at}`)));
  return {
    key: textsOf(key, "key"),
    arrived: textOf(row, "arrived"),
    values: textsOf(table.identifiers, "value"),
    countries: textsOf(table.countries, "country"),
    isErasable: flagOf(row, "is_erasable"),
    isStored: flagOf(row, "is_stored"),
  };
}

interface Seen {
  empties: number;
  staged: number;
  readonly unusable: Map<string, Unusable>;
}

async function* stagedRows(
  rows: AsyncIterable<ReadRow>,
  recipe: Recipe,
  seen: Seen,
): AsyncGenerator<NonNullable<Hashed["staged"]>, void, void> {
  for await (const row of rows) {
    const hashed = hashRow(row, recipe);
    for (const { column, reason } of hashed.unusable) {
      const id = `${column} ${reason}`;
      seen.unusable.set(id, { column, reason, count: (seen.unusable.get(id)?.count ?? 0) + 1 });
    }
    if (hashed.staged === null) continue;
    seen.staged += 1;
    if (hashed.empties) seen.empties += 1;
    yield hashed.staged;
  }
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  yield first;
  yield* rest;
}

function stagedColumns({ key, table }: Layout, { uploads }: Pii): TableColumn[] {
  const flag = (name: string): TableColumn => ({ name, type: "BOOLEAN", repeated: false });
  return [
    ...key.map((_, at) => text(staged.key(at))),
    { name: "arrived", type: "TIMESTAMP", repeated: false },
    text("salt"),
    text("digest"),
    text("unusable"),
    ...table.identifiers.flatMap((_, at) => [
      text(staged.hash(at)),
      flag(staged.kept(at)),
      ...(uploads?.platforms ?? []).map((platform) => text(staged.match(at, platform))),
    ]),
  ];
}

function cleanTarget({ clean, copied, table }: Layout): Target {
  const hashes = table.identifiers.map(({ hash }, at) => ({ column: hash, staged: staged.hash(at) }));
  return { name: clean, copied, hashes };
}

/** Key, and a hash for each identifier and platform: `email_sha256_meta`. */
export function uploadTarget({ uploads, key, table }: Layout, pii: Pick<Pii, "uploads">): Target | null {
  if (uploads === null) return null;
  const hashes = table.identifiers.flatMap(({ column }, at) =>
    (pii.uploads?.platforms ?? []).map((platform) => ({
      column: `${column}_sha256_${platform}`,
      staged: staged.match(at, platform),
    })),
  );
  return { name: uploads, copied: key, hashes };
}

async function put(
  layout: Layout,
  target: Target,
  portion: Portion,
  stagedCount: number,
  warehouse: Warehouse,
  stamp: { readonly now: Date; readonly generation: number | null },
): Promise<{ readonly inserted: number; readonly updated: number }> {
  const { piece, inputs } = inPortion(layout, portion);
  const given = {
    names: targetNames(layout, target, piece),
    params: { ...inputs.params, ...stamp },
    types: { generation: "INT64" },
  };
  const inserted = (await warehouse.execute("pii-hasher/insert-rows", given)).affectedRows;
  // It reads the whole clean table, so it runs only if a fact is already there or appears twice.
  const updated =
    inserted < stagedCount ? (await warehouse.execute("pii-hasher/update-rows", given)).affectedRows : 0;
  return { inserted, updated };
}

/**
 * Empties all rows at once. If the streaming buffer prevents it, only rows that arrived before its oldest
 * row, or that were hashed longer ago than anything stays in it. The time of streaming and the arrival are
 * two clocks, so BigQuery's refusal decides.
 */
async function empty(
  layout: Layout,
  portion: Portion,
  warehouse: Warehouse & Tables,
  now: Date,
): Promise<{ readonly emptied: number; readonly bufferedFrom: Date | null }> {
  const { piece, inputs } = inPortion(layout, portion);
  const names = emptyNames(layout, piece, portion.arrived === null ? null : "first_arrival");
  const attempt = async (bounds: { readonly arrivedBefore?: Date; readonly hashedBefore?: Date }) => {
    const { arrivedBefore = endOfTime, hashedBefore = endOfTime } = bounds;
    const params = { ...inputs.params, arrived_before: arrivedBefore, hashed_before: hashedBefore };
    try {
      return (await warehouse.execute("pii-hasher/empty-rows", { names, params })).affectedRows;
    } catch (error) {
      if (isBufferRefusal(error)) return null;
      throw error;
    }
  };
  const everything = await attempt({});
  if (everything !== null) return { emptied: everything, bufferedFrom: null };
  const oldest = (await warehouse.table(layout.raw))?.buffer?.oldest ?? null;
  const longAgo = (from: Date) => new Date(from.getTime() - maxInBufferMs);
  const bounds = [
    ...(oldest === null ? [] : [{ arrivedBefore: oldest }, { arrivedBefore: longAgo(oldest) }]),
    { hashedBefore: longAgo(now) },
  ];
  // None of them has been in the buffer for longer than its oldest row, whatever their arrival.
  const bufferedFrom = oldest ?? now;
  for (const bound of bounds) {
    const emptied = await attempt(bound);
    if (emptied !== null) return { emptied, bufferedFrom };
  }
  return { emptied: 0, bufferedFrom };
}

function isBufferRefusal(error: unknown): boolean {
  return error instanceof WarehouseError && /streaming buffer/i.test(error.message);
}
