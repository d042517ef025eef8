import type { DuckDBConnection } from "@duckdb/node-api";
import type { TableEntry } from "./entries.ts";
import { BigQueryError } from "./errors.ts";
import { physicalTable, tableName } from "./names.ts";
import type { Relation } from "./relation.ts";
import type { Scan, ScanFilter } from "./sql/translated.ts";
import { partitionIdSql } from "./statistics.ts";
import { quoteIdentifier, quoteLiteral } from "./types.ts";
import type { Warehouse } from "./warehouse.ts";

export interface BytesEstimate {
  readonly processed: number;
  readonly billed: number;
  /** Tables whose bytes count: pruned shards are not among them. */
  readonly tables: readonly TableEntry[];
}

const MEBIBYTE = 1024 * 1024;
/** On-demand pricing: at least 10 MB for each table a query reads. */
const LEAST_BILLED = 10 * MEBIBYTE;

interface Use {
  readonly entry: TableEntry;
  readonly columns: Set<string>;
  /** Partitions read; null: all. */
  partitions: Set<string> | null;
}

/**
 * Logical bytes a statement reads: the columns it needs, of the partitions and
 * shards its filters leave, each table counted once.
 */
export async function estimateBytes(
  scans: readonly Scan[],
  relations: ReadonlyMap<string, Relation>,
  warehouse: Warehouse,
): Promise<BytesEstimate> {
  const uses = new Map<string, Use>();
  let catalogBytes = 0;
  for (const scan of scans) {
    const relation = relations.get(scan.table);
    if (!relation) continue;
    catalogBytes += relation.catalogBytes;
    for (const entry of await remainingShards(relation, scan.filters, warehouse)) {
      addUse(uses, entry, scan, await remainingPartitions(entry, scan.filters, warehouse));
    }
  }
  let processed = catalogBytes;
  let billed = catalogBytes;
  for (const use of uses.values()) {
    const { partitions } = await warehouse.statistics(use.entry);
    const read = partitions.filter(({ id }) => use.partitions?.has(id ?? "") ?? true);
    const bytes = read.reduce(
      (sum, part) => sum + [...use.columns].reduce((inner, name) => inner + (part.bytes[name] ?? 0), 0),
      0,
    );
    processed += bytes;
    if (use.columns.size > 0) billed += Math.max(LEAST_BILLED, Math.ceil(bytes / MEBIBYTE) * MEBIBYTE);
  }
  return { processed, billed, tables: [...uses.values()].map((use) => use.entry) };
}

function addUse(uses: Map<string, Use>, entry: TableEntry, scan: Scan, partitions: Set<string> | null): void {
  const name = tableName(entry);
  const before = uses.get(name);
  const columns = scan.columns.filter((column) => column !== "_TABLE_SUFFIX");
  if (!before) {
    uses.set(name, { entry, columns: new Set(columns), partitions });
    return;
  }
  for (const column of columns) before.columns.add(column);
  before.partitions = before.partitions && partitions ? new Set([...before.partitions, ...partitions]) : null;
}

async function remainingShards(
  relation: Relation,
  filters: readonly ScanFilter[],
  warehouse: Warehouse,
): Promise<readonly TableEntry[]> {
  const { prefixLength, members } = relation;
  const conditions = filters
    .filter((filter) => filter.column === "_TABLE_SUFFIX")
    .map(({ sql }) => `(${sql})`);
  if (prefixLength === null || conditions.length === 0) return members;
  const values = members.map((entry) => `(${quoteLiteral(entry.table.slice(prefixLength))})`);
  const sql = `SELECT "_TABLE_SUFFIX" FROM (VALUES ${values.join(", ")}) AS s("_TABLE_SUFFIX") WHERE ${conditions.join(" AND ")}`;
  const kept = new Set(await firstColumn(warehouse, sql));
  return members.filter((entry) => kept.has(entry.table.slice(prefixLength)));
}

/** Null: no filter prunes, all partitions are read. */
async function remainingPartitions(
  entry: TableEntry,
  filters: readonly ScanFilter[],
  warehouse: Warehouse,
): Promise<Set<string> | null> {
  const { partitionBy } = entry;
  if (!partitionBy) return null;
  const conditions = filters
    .filter((filter) => filter.column.toLowerCase() === partitionBy.field.toLowerCase())
    .map(({ sql }) => `(${sql})`);
  if (conditions.length === 0) {
    if (!entry.requirePartitionFilter) return null;
    throw new BigQueryError(
      400,
      "invalidQuery",
      `Cannot query over table '${tableName(entry)}' without a filter over column(s) '${partitionBy.field}' ` +
        "that can be used for partition elimination",
      "query",
    );
  }
  // Partitions that hold a matching row: a filter that falls between a partition's rows counts it as pruned.
  // Rows share their instants, and to name an instant's partition takes longer than to read it.
  const values = `SELECT DISTINCT ${quoteIdentifier(partitionBy.field)} FROM ${physicalTable(entry)} WHERE ${conditions.join(" AND ")}`;
  const sql = `SELECT DISTINCT ${partitionIdSql(partitionBy)} FROM (${values})`;
  return new Set(await firstColumn(warehouse, sql));
}

async function firstColumn(warehouse: Warehouse, sql: string): Promise<string[]> {
  const read = async (connection: DuckDBConnection) => (await connection.runAndReadAll(sql)).getRows();
  return (await warehouse.database.use(read)).map(([value]) => String(value));
}
