import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import type { Names } from "../../shared/stores/bigquery/statement.ts";
import type { Inputs, TableColumn } from "../../shared/stores/bigquery/types.ts";
import type { Layout, Portion } from "./types.ts";

/** The target of rows: the clean table, or the table for uploads. */
export interface Target {
  readonly name: string;
  /** Columns copied from the raw table, including the key. */
  readonly copied: readonly TableColumn[];
  /** Columns of hashes, each with its column of the staging table. */
  readonly hashes: readonly { readonly column: string; readonly staged: string }[];
}

/** Columns of a staging table, by the index of key column or identifier. */
export const staged = {
  key: (at: number) => `key_${at}`,
  /** Hash of an identifier; NULL if there is none. */
  hash: (at: number) => `hash_${at}`,
  /** TRUE if the identifier has no hash and stays in the raw table. */
  kept: (at: number) => `kept_${at}`,
  match: (at: number, platform: string) => `match_${at}_${platform}`,
} as const;

/** Rows without an arrival count as older than any other. */
const longAgo = Fragment.of`TIMESTAMP '1970-01-01 00:00:00+00'`;
const dated = (alias: string, column: string) => Fragment.of`COALESCE(${alias}.${column}, ${longAgo})`;

/** The row has a readable identifier. */
export function readable({ table, erased }: Layout): Fragment {
  return Fragment.any([...table.identifiers.map(({ column }) => isNotNull(column)), isErasable({ erased })]);
}

export function isErasable({ erased }: Pick<Layout, "erased">): Fragment {
  return Fragment.any(
    erased.map(({ name, repeated }) =>
      repeated ? Fragment.of`ARRAY_LENGTH(raw.${name}) > 0` : isNotNull(name),
    ),
  );
}

const isNotNull = (column: string) => Fragment.of`raw.${column} IS NOT NULL`;

/** The clean table does not have the fact, or has an older version. */
export function unseen(layout: Layout): Fragment {
  const [first] = layout.key;
  const isMissing = Fragment.of`kept.${first?.name ?? ""} IS NULL`;
  const isNewer = Fragment.of`${dated("raw", layout.arrival)} > ${dated("kept", "_raw_arrived_at")}`;
  return Fragment.all([hasKey(layout), Fragment.any([isMissing, isNewer])]);
}

export function hasKey({ key }: Layout): Fragment {
  return Fragment.all(key.map(({ name }) => isNotNull(name)));
}

/** The rows of two tables have the same key. */
export function sameKey({ key }: Pick<Layout, "key">, a: "kept", b: "raw" | "fresh"): Fragment {
  return Fragment.all(key.map(({ name }) => Fragment.of`${a}.${name} = ${b}.${name}`));
}

/** Rows that arrived at or after @since; all rows if there is no such limit. */
export function arrivedSince({ arrival }: Layout, since: Date | null): Fragment {
  return since === null ? Fragment.always : Fragment.of`raw.${arrival} >= @since`;
}

/**
 * Rows of the clean table that may belong to a raw row that arrived at or after `since`; the clean table is
 * partitioned by arrival.
 */
export function keptSince(since: "since" | "first_arrival" | null): Fragment {
  if (since === null) return Fragment.always;
  return since === "since"
    ? Fragment.of`kept.${"_raw_arrived_at"} >= @since`
    : Fragment.of`kept.${"_raw_arrived_at"} >= @first_arrival`;
}

/** The columns of the clean table that show whether it has a row. */
export function keptColumns({ key }: Layout): Fragment {
  return Fragment.list([
    ...key.map(({ name }) => Fragment.of`kept.${name}`),
    Fragment.of`kept.${"_raw_arrived_at"}`,
  ]);
}

export function inPortion({ arrival }: Layout, { arrived }: Portion): { piece: Fragment; inputs: Inputs } {
  if (arrived === null) return { piece: Fragment.of`raw.${arrival} IS NULL`, inputs: {} };
  const piece = Fragment.of`raw.${arrival} BETWEEN @first_arrival AND @last_arrival`;
  return { piece, inputs: { params: { first_arrival: arrived.from, last_arrival: arrived.until } } };
}

/**
 * The row that was read: its key, its arrival, and a digest of its identifiers with its own salt, so that no
 * value leaves the raw table's dataset for the comparison. The country is included, because the same number
 * is another person's in another country.
 */
function sameRow(layout: Layout): Fragment {
  const { identifiers, countries } = layout.table;
  const columns = [...identifiers.map(({ column }) => column), ...countries];
  return Fragment.all([
    ...layout.key.map(({ name }, at) => Fragment.of`${asText("raw", name)} = staged.${staged.key(at)}`),
    Fragment.of`${dated("raw", layout.arrival)} = staged.${"arrived"}`,
    Fragment.of`TO_HEX(SHA256(CONCAT(staged.${"salt"}, ${Fragment.concat(columns.map(lengthPrefixed))}))) = staged.${"digest"}`,
  ]);
}

/** `7:a@b.com`, and `-` for NULL: two values cannot join into one. */
function lengthPrefixed(column: string): Fragment {
  const value = asText("raw", column);
  return Fragment.of`COALESCE(CONCAT(CAST(BYTE_LENGTH(${value}) AS STRING), ':', ${value}), '-')`;
}

/** The same text as the statement above computes. */
export function lengthPrefixedText(values: readonly (string | null)[]): string {
  return values.map((value) => (value === null ? "-" : `${Buffer.byteLength(value)}:${value}`)).join("");
}

export const asText = (alias: "raw" | "kept", column: string) =>
  Fragment.of`CAST(${alias}.${column} AS STRING)`;

/** Key, identifiers and countries of a row as texts: `key_0`, `value_0`, `country_0`. */
export function texts({ key, table }: Layout): Fragment {
  const as = (columns: readonly string[], what: string) =>
    columns.map((column, at) => Fragment.of`${asText("raw", column)} AS ${`${what}_${at}`}`);
  return Fragment.list([
    ...as(
      key.map(({ name }) => name),
      "key",
    ),
    ...as(
      table.identifiers.map(({ column }) => column),
      "value",
    ),
    ...as(table.countries, "country"),
  ]);
}

/** The names for insert-rows and update-rows. */
export function targetNames(layout: Layout, target: Target, portion: Fragment): Names {
  const { copied, hashes } = target;
  return {
    raw: layout.raw,
    clean: target.name,
    staged: layout.staged,
    arrival: layout.arrival,
    columns: Fragment.list(copied.map(({ name }) => Fragment.of`raw.${name}`)),
    column_list: Fragment.columnList(copied.map(({ name }) => name)),
    hashes: Fragment.list(hashes.map((it) => Fragment.of`staged.${it.staged} AS ${it.column}`)),
    hash_columns: Fragment.columnList(hashes.map(({ column }) => column)),
    staged_columns: stagedColumns(layout, [...hashes.map((it) => it.staged), "unusable"]),
    key: Fragment.list(layout.key.map(({ name }) => Fragment.of`raw.${name}`)),
    order: Fragment.list([
      ...copied.map(({ name }) => Fragment.of`TO_JSON_STRING(raw.${name}) DESC`),
      ...hashes.map((it) => Fragment.of`staged.${it.staged} DESC`),
    ]),
    same_row: sameRow(layout),
    portion,
    kept_key: sameKey(layout, "kept", "fresh"),
    assignments: Fragment.list([
      ...copied.filter((it) => !isKey(layout, it)).map(({ name }) => Fragment.of`${name} = fresh.${name}`),
      ...hashes.map(
        ({ column }) =>
          Fragment.of`${column} = IF(${newer("fresh")}, fresh.${column}, COALESCE(fresh.${column}, kept.${column}))`,
      ),
    ]),
    is_newer: newer("fresh"),
    is_same_version: sameVersion("fresh"),
    has_other_hashes: Fragment.any(
      hashes.map(
        ({ column }) =>
          Fragment.of`(fresh.${column} IS NOT NULL AND fresh.${column} != COALESCE(kept.${column}, ''))`,
      ),
    ),
  };
}

/** The names for empty-rows. */
export function emptyNames(layout: Layout, portion: Fragment, since: "first_arrival" | null): Names {
  const { table, erased, key } = layout;
  const identifiers = table.identifiers;
  return {
    raw: layout.raw,
    clean: layout.clean,
    staged: layout.staged,
    arrival: layout.arrival,
    emptied: Fragment.list([
      ...identifiers.map(
        ({ column }, at) => Fragment.of`${column} = IF(staged.${staged.kept(at)}, raw.${column}, NULL)`,
      ),
      ...erased.map(({ name, repeated }) =>
        repeated ? Fragment.of`${name} = []` : Fragment.of`${name} = NULL`,
      ),
    ]),
    done_columns: stagedColumns(
      layout,
      identifiers.map((_, at) => staged.kept(at)),
    ),
    staged_key: Fragment.all(
      key.map(({ name }, at) => Fragment.of`${asText("kept", name)} = staged.${staged.key(at)}`),
    ),
    is_newer: Fragment.of`${dated("kept", "_raw_arrived_at")} > staged.${"arrived"}`,
    is_same_version: Fragment.of`${dated("kept", "_raw_arrived_at")} = staged.${"arrived"}`,
    has_the_hashes: Fragment.all(
      identifiers.map(
        ({ hash }, at) =>
          Fragment.of`(staged.${staged.hash(at)} IS NULL OR staged.${staged.hash(at)} = kept.${hash})`,
      ),
    ),
    kept_since: keptSince(since),
    portion,
    // A row that keeps all values is skipped: nothing would change, and it may be in the streaming buffer.
    to_be_emptied: Fragment.any([
      ...identifiers.map(
        ({ column }, at) => Fragment.of`(raw.${column} IS NOT NULL AND NOT staged.${staged.kept(at)})`,
      ),
      isErasable(layout),
    ]),
    same_row: sameRow(layout),
  };
}

function stagedColumns({ key }: Layout, more: readonly string[]): Fragment {
  const names = [...key.map((_, at) => staged.key(at)), "arrived", "salt", "digest", ...more];
  return Fragment.list(names.map((name) => Fragment.of`staged.${name}`));
}

const newer = (alias: "fresh") =>
  Fragment.of`${dated(alias, "_raw_arrived_at")} > ${dated("kept", "_raw_arrived_at")}`;
const sameVersion = (alias: "fresh") =>
  Fragment.of`${dated(alias, "_raw_arrived_at")} = ${dated("kept", "_raw_arrived_at")}`;
const isKey = ({ key }: Layout, { name }: TableColumn) => key.some((it) => it.name === name);
