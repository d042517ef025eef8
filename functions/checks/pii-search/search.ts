import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { inBranches } from "../../shared/stores/bigquery/in-branches.ts";
import { numberOf } from "../../shared/stores/bigquery/row.ts";
import type { Inputs, ParamType, Row, Warehouse } from "../../shared/stores/bigquery/types.ts";
import { digestOf } from "./digest.ts";
import { pathOf } from "./fields.ts";
import { everything } from "./partitions.ts";
import { patterns } from "./patterns.ts";
import type { Field, Found, HashColumn, Kind, Partitioning, Range, Scope } from "./types.ts";

/** One table to read. */
export interface Reading {
  /** `project.dataset.table` */
  readonly table: string;
  /** At least one. */
  readonly fields: readonly Field[];
  /** Size of the table. */
  readonly bytes: number;
  /** Paths that must hold hashes. */
  readonly hashPaths: readonly string[];
  readonly partitioning: Partitioning | null;
  /** Null means the whole table. */
  readonly ranges: readonly Range[] | null;
}

export interface Seen {
  readonly rows: number;
  readonly found: readonly Found[];
  readonly hashColumns: readonly HashColumn[];
}

/**
 * The text of a query is limited to 1 MB, https://cloud.google.com/bigquery/quotas#query_jobs; the statement
 * itself needs some of it.
 */
const textPerQuery = 600_000;
const textPerTable = 4_500;
const tablesPerSearch = 100;
/** Equal cells are collected in memory, and a job has a limit of bytes, so a larger table has its own job. */
const bytesPerSearch = 256 * 2 ** 20;

/** One job for as many tables as a query holds; a table that cannot be read does not stop the others. */
export async function search(
  readings: readonly Reading[],
  scope: Pick<Scope, "canaries" | "hashesOfNothing">,
  warehouse: Warehouse,
): Promise<ReadonlyMap<Reading, Seen | WarehouseError>> {
  const answers = new Map<Reading, Seen | WarehouseError>();
  for (const some of inChunks(readings)) {
    const found = await inBranches(
      "pii-search/search",
      some,
      searchInputs,
      seenOf,
      warehouse,
      searchParams(scope),
    );
    for (const [reading, seen] of found) answers.set(reading, seen);
  }
  return answers;
}

export function searchInputs({ table, fields, partitioning, ranges }: Reading): Inputs {
  // A table may require a range of partitions in every query, so a range is named even for the whole table.
  const read = partitioning === null ? [] : (ranges ?? [everything[partitioning.type]]);
  const bounds = read.flatMap(({ from, until }, at) => [
    [`from_${at}`, from],
    [`until_${at}`, until],
  ]) as [string, string][];
  return {
    names: {
      table: Fragment.table(table),
      cells: Fragment.cells(fields),
      partitions:
        partitioning === null ? Fragment.always : Fragment.inPartitions(partitioning.column, read.length),
    },
    params: Object.fromEntries(bounds),
    types: Object.fromEntries(
      bounds.map(([name]): [string, ParamType] => [name, partitioning?.type ?? "STRING"]),
    ),
  };
}

/** The parameters of all branches. */
export function searchParams({
  canaries,
  hashesOfNothing,
}: Pick<Scope, "canaries" | "hashesOfNothing">): Inputs {
  return {
    params: {
      ...patterns,
      canaries_plain: canaries.plain,
      canaries_unsalted: canaries.unsalted,
      hashes_of_nothing: [digestOf(sha256OfNothing), ...hashesOfNothing],
    },
    types: { canaries_plain: ["STRING"], canaries_unsalted: ["STRING"] },
  };
}

const sha256OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function inChunks(readings: readonly Reading[]): Reading[][] {
  const chunks: Reading[][] = [];
  let chunk: Reading[] = [];
  let [text, bytes] = [0, 0];
  for (const reading of readings) {
    const own = textPerTable + Fragment.cells(reading.fields).sql.length;
    const isFull =
      chunk.length === tablesPerSearch || text + own > textPerQuery || bytes + reading.bytes > bytesPerSearch;
    if (chunk.length === 0 || isFull) {
      chunk = [];
      chunks.push(chunk);
      [text, bytes] = [0, 0];
    }
    chunk.push(reading);
    text += own;
    bytes += reading.bytes;
  }
  return chunks;
}

const counted: readonly (readonly [Kind, string])[] = [
  ["canary_plain", "canaries_plain"],
  ["canary_unsalted", "canaries_unsalted"],
  ["email", "emails"],
  ["phone", "phones"],
];

function seenOf(rows: readonly Row[], { fields, hashPaths }: Reading): Seen {
  const found: Found[] = [];
  const hashColumns: HashColumn[] = [];
  const byField = new Map(rows.map((row) => [numberOf(row, "field"), row]));
  for (const [at, field] of fields.entries()) {
    const path = pathOf(field);
    const row = byField.get(at);
    const note = (kind: Kind, count: number) => {
      if (count > 0) found.push({ kind, path, count });
    };
    for (const [kind, column] of counted) note(kind, row === undefined ? 0 : numberOf(row, column));
    if (!hashPaths.includes(path)) continue;
    const column = hashColumnOf(path, row);
    hashColumns.push(column);
    note("not_a_hash", column.rows - column.nulls - column.hashes);
    note("hash_of_nothing", column.ofNothing);
  }
  return { rows: Math.max(0, ...rows.map((row) => numberOf(row, "row_count"))), found, hashColumns };
}

function hashColumnOf(path: string, row: Row | undefined): HashColumn {
  const count = (column: string) => (row === undefined ? 0 : numberOf(row, column));
  return {
    path,
    rows: count("row_count"),
    nulls: count("null_count"),
    hashes: count("hash_count"),
    ofNothing: count("of_nothing"),
  };
}
