import type { HashMatch, PiiTable } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import { PermanentError } from "../../shared/errors.ts";
import type { IdentityKey } from "../../shared/identity/keyed-hash.ts";
import type { KeyedHash } from "../../shared/identity/types.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { numberOf, numbersOf, textOf } from "../../shared/stores/bigquery/row.ts";
import type { Bulk, Row, TableColumn, Warehouse } from "../../shared/stores/bigquery/types.ts";
import { text } from "../tables/layout.ts";
import { asText } from "../tables/sql-fragments.ts";

/** One clean table during a rotation: its old and new hashes, by key, in a table beside it. */

const rowsPerPage = 10_000;
/** BigQuery removes tables of an abandoned rotation; a rotation has a week. */
const besideForMs = 7 * 86_400_000;

export interface Generations {
  readonly from: number;
  readonly to: number;
}

export const besideOf = ({ clean }: PiiTable) => nameOf({ ...clean, table: `${clean.table}__rotation` });

const isHash = /^[0-9a-f]{64}$/;

const keyAt = (at: number) => `key_${at}`;
const oldAt = (at: number) => `old_${at}`;
const newAt = (at: number) => `new_${at}`;

/** Hashes the old hashes again, in memory, and writes both beside the clean table. @throws WarehouseError */
export async function layBeside(
  table: PiiTable,
  key: IdentityKey,
  { from }: Generations,
  warehouse: Warehouse & Bulk,
): Promise<void> {
  const { source, identifiers, clean } = table;
  const texts = Fragment.list([
    ...source.uniqueKey.map((column, at) => Fragment.of`${asText("kept", column)} AS ${keyAt(at)}`),
    ...identifiers.map(({ hash }, at) => Fragment.of`kept.${hash} AS ${oldAt(at)}`),
  ]);
  const inputs = { names: { clean: nameOf(clean), texts }, params: { generation: from } };
  const pages = warehouse.pages("pii-hasher/rotation-rows", inputs, rowsPerPage);
  async function* rows() {
    for await (const page of pages) for (const row of page) yield rotated(row, table, key);
  }
  const columns: TableColumn[] = [
    ...source.uniqueKey.map((_, at) => text(keyAt(at))),
    ...identifiers.flatMap((_, at) => [text(oldAt(at)), text(newAt(at))]),
  ];
  await warehouse.loadTable(besideOf(table), columns, rows(), besideForMs);
}

/** @throws PermanentError if a value is not a hash */
function rotated(row: Row, { id, source, identifiers }: PiiTable, key: IdentityKey) {
  const cells: Record<string, string | null> = {};
  for (const at of source.uniqueKey.keys()) cells[keyAt(at)] = textOf(row, keyAt(at));
  for (const [at, { kind, hash }] of identifiers.entries()) {
    const old = row[oldAt(at)] === null ? null : textOf(row, oldAt(at));
    if (old !== null && !isHash.test(old))
      throw new PermanentError(
        `${id}.${hash} contains values that are not hashes of 64 lower-case hexadecimal digits and cannot be rotated: set them to NULL; GET /pii-hasher/proof counts them`,
      );
    cells[oldAt(at)] = old;
    cells[newAt(at)] = old === null ? null : key.rehash(kind, old as KeyedHash<typeof kind>);
  }
  return cells;
}

/** The figures by which the new hashes are compared with the old ones. */
export interface Parity {
  readonly table: string;
  readonly rows: number;
  /** Number of different hashes in each column. */
  readonly persons: readonly number[];
  /** Why the new hashes cannot replace the old ones; null if they can. */
  readonly broken: string | null;
}

/** @throws WarehouseError, `not_found` if there is no table beside it */
export async function parityOf(
  table: PiiTable,
  { from, to }: Generations,
  warehouse: Warehouse,
): Promise<Parity> {
  const { identifiers, clean } = table;
  const each = (of: (at: number) => Fragment) => Fragment.array(identifiers.map((_, at) => of(at)));
  const same = (column: (at: number) => string) =>
    Fragment.all(
      identifiers.map(
        ({ hash }, at) => Fragment.of`COALESCE(kept.${hash}, '') = COALESCE(beside.${column(at)}, '')`,
      ),
    );
  const [row] = await warehouse.query("pii-hasher/rotation-parity", {
    names: {
      clean: nameOf(clean),
      beside: besideOf(table),
      same_key: sameKey(table),
      old_hashes: each((at) => Fragment.of`COUNT(DISTINCT beside.${oldAt(at)})`),
      new_hashes: each((at) => Fragment.of`COUNT(DISTINCT beside.${newAt(at)})`),
      pairs: each((at) => Fragment.of`COUNT(DISTINCT CONCAT(beside.${oldAt(at)}, beside.${newAt(at)}))`),
      old_nulls: each((at) => Fragment.of`COUNTIF(beside.${oldAt(at)} IS NULL)`),
      new_nulls: each((at) => Fragment.of`COUNTIF(beside.${newAt(at)} IS NULL)`),
      has_old: same(oldAt),
      has_new: same(newAt),
    },
    params: { old_generation: from, new_generation: to },
  });
  if (row === undefined) throw new Error("the query returned no row");
  const [rows, paired] = [numberOf(row, "clean_rows"), numberOf(row, "paired_rows")];
  const counts = (column: string) => numbersOf(row, column);
  const differ = (a: string, b: string) => counts(a).some((count, at) => count !== counts(b)[at]);
  const reasons = [
    ...(numberOf(row, "beside_rows") === rows
      ? []
      : [`${numberOf(row, "beside_rows")} rows are beside ${rows}`]),
    ...(paired < rows ? [`${rows - paired} rows have no pair with their own hashes`] : []),
    ...(paired > rows ? [`${rows} rows have ${paired} pairs: some facts are there twice`] : []),
    ...(differ("old_hashes", "new_hashes") || differ("old_hashes", "pairs")
      ? ["there is not one new hash for each old one"]
      : []),
    ...(differ("old_nulls", "new_nulls") ? ["rows without a hash are not the same"] : []),
  ];
  return {
    table: table.id,
    rows,
    persons: counts("new_hashes"),
    broken: reasons.length === 0 ? null : `${table.id}: ${reasons.join("; ")}`,
  };
}

/** Number of persons that a join finds before and after. */
export interface MatchParity {
  readonly of: string;
  readonly among: string;
  readonly before: number;
  readonly after: number;
}

export async function matchParityOf({ of, among }: HashMatch, warehouse: Warehouse): Promise<MatchParity> {
  const placeOf = ({ table, hash }: HashMatch["of"]) =>
    table.identifiers.findIndex((identifier) => identifier.hash === hash);
  const [row] = await warehouse.query("pii-hasher/rotation-matches", {
    names: {
      own: besideOf(of.table),
      own_old: oldAt(placeOf(of)),
      own_new: newAt(placeOf(of)),
      among: besideOf(among.table),
      among_old: oldAt(placeOf(among)),
      among_new: newAt(placeOf(among)),
    },
  });
  if (row === undefined) throw new Error("the query returned no row");
  return {
    of: `${of.table.id}.${of.hash}`,
    among: `${among.table.id}.${among.hash}`,
    before: numberOf(row, "old_matching"),
    after: numberOf(row, "new_matching"),
  };
}

/** Swaps back if `to` is the older generation. @returns the number of swapped rows */
export async function swap(
  table: PiiTable,
  { from, to }: Generations,
  warehouse: Warehouse,
): Promise<number> {
  const column = to > from ? newAt : oldAt;
  const { affectedRows } = await warehouse.execute("pii-hasher/rotation-swap", {
    names: {
      clean: nameOf(table.clean),
      beside: besideOf(table),
      same_key: sameKey(table),
      assignments: Fragment.list(
        table.identifiers.map(({ hash }, at) => Fragment.of`${hash} = beside.${column(at)}`),
      ),
    },
    params: { from_generation: from, to_generation: to },
  });
  return affectedRows;
}

/** Rows hashed with another key. */
export async function rowsLeft(
  { clean }: PiiTable,
  generation: number,
  warehouse: Warehouse,
): Promise<number> {
  const [row] = await warehouse.query("pii-hasher/rotation-left", {
    names: { clean: nameOf(clean) },
    params: { generation },
  });
  return row === undefined ? 0 : numberOf(row, "left_rows");
}

function sameKey({ source }: PiiTable): Fragment {
  return Fragment.all(
    source.uniqueKey.map((column, at) => Fragment.of`${asText("kept", column)} = beside.${keyAt(at)}`),
  );
}
