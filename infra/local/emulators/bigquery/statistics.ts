import type { DuckDBConnection } from "@duckdb/node-api";
import type { Field } from "./catalog.ts";
import type { Partitioning, PartitionStatistics, TableEntry, TableStatistics } from "./entries.ts";
import { physicalTable } from "./names.ts";
import { isBuffered } from "./streaming-buffer.ts";
import { quoteIdentifier } from "./types.ts";

const EMPTY: TableStatistics = { rows: 0, bytes: 0, partitions: [], countedUpTo: 0 };

const PARTITION_FORMATS: Readonly<Record<Partitioning["type"], string>> = {
  HOUR: "%Y%m%d%H",
  DAY: "%Y%m%d",
  MONTH: "%Y%m",
  YEAR: "%Y",
};

/** DuckDB SQL of the partition a row belongs to; NULL dates go to `__NULL__`. */
export function partitionIdSql(partitioning: Partitioning): string {
  const value = `${quoteIdentifier(partitioning.field)}::TIMESTAMP`;
  return `coalesce(strftime(${value}, '${PARTITION_FORMATS[partitioning.type]}'), '__NULL__')`;
}

/**
 * Counts a table: from the start, or only the rows appended since `before`
 * (a table of a million rows that gets a hundred more is not scanned again).
 */
export async function countTable(
  connection: DuckDBConnection,
  table: TableEntry,
  before: TableStatistics | null,
): Promise<TableStatistics> {
  const relation = physicalTable(table);
  const counted = await countFrom(connection, table, before ?? EMPTY);
  if (before === null) return counted;
  const total = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${relation}`);
  // DuckDB may renumber rows after a deletion; the sum then no longer adds up.
  return Number(total.getRows()[0]?.[0]) === counted.rows ? counted : countFrom(connection, table, EMPTY);
}

/** Counts the rows in the streaming buffer alone. */
export const countBuffer = (connection: DuckDBConnection, table: TableEntry) =>
  countFrom(connection, table, EMPTY, isBuffered(table));

/** Counts all rows but those. */
export const countStored = (connection: DuckDBConnection, table: TableEntry) =>
  countFrom(connection, table, EMPTY, `(${isBuffered(table)}) IS NOT TRUE`);

async function countFrom(
  connection: DuckDBConnection,
  table: TableEntry,
  before: TableStatistics,
  condition = `rowid >= ${before.countedUpTo}`,
): Promise<TableStatistics> {
  const partition = table.partitionBy ? partitionIdSql(table.partitionBy) : "NULL::VARCHAR";
  const sizes = table.fields.map((field) => `, (${columnBytes(field)})::DOUBLE`);
  const reader = await connection.runAndReadAll(
    `SELECT ${partition} AS id, count(*)::DOUBLE, (max(rowid) + 1)::DOUBLE${sizes.join("")}
     FROM ${physicalTable(table)} WHERE ${condition} GROUP BY 1`,
  );
  const partitions = new Map(before.partitions.map((part) => [part.id, part]));
  let { countedUpTo } = before;
  for (const [id, rows, upTo, ...bytes] of reader.getRows()) {
    const key = id === null || id === undefined ? null : String(id);
    const known = partitions.get(key);
    const columns = table.fields.map(({ name }, i) => [name, (known?.bytes[name] ?? 0) + Number(bytes[i])]);
    partitions.set(key, {
      id: key,
      rows: (known?.rows ?? 0) + Number(rows),
      bytes: Object.fromEntries(columns),
    });
    countedUpTo = Math.max(countedUpTo, Number(upTo));
  }
  const all = [...partitions.values()].sort((a, b) => ((a.id ?? "") < (b.id ?? "") ? -1 : 1));
  return {
    rows: all.reduce((sum, part) => sum + part.rows, 0),
    bytes: all.reduce((sum, part) => sum + partitionBytes(part), 0),
    partitions: all,
    countedUpTo,
  };
}

export const partitionBytes = (part: PartitionStatistics) =>
  Object.values(part.bytes).reduce((sum, bytes) => sum + bytes, 0);

/** Bytes of a value of a fixed-size type; a NULL takes none. Source: BigQuery's "Data type sizes". */
const FIXED_BYTES: Readonly<Partial<Record<Field["type"], number>>> = {
  INTEGER: 8,
  FLOAT: 8,
  NUMERIC: 16,
  BOOLEAN: 1,
  DATE: 8,
  DATETIME: 8,
  TIME: 8,
  TIMESTAMP: 8,
};

/** DuckDB aggregate: the logical bytes of a column over a group of rows. */
function columnBytes(field: Field): string {
  const column = quoteIdentifier(field.name);
  const fixed = FIXED_BYTES[field.type];
  if (fixed !== undefined && field.mode !== "REPEATED") return `${fixed} * count(${column})`;
  return `coalesce(sum(${valueBytes(column, field)}), 0)`;
}

function valueBytes(value: string, field: Field): string {
  if (field.mode === "REPEATED") {
    const element = valueBytes("item", { ...field, mode: "NULLABLE" });
    return `coalesce(list_sum(list_transform(${value}, lambda item: ${element})), 0)`;
  }
  const fixed = FIXED_BYTES[field.type];
  if (fixed !== undefined) return `CASE WHEN ${value} IS NULL THEN 0 ELSE ${fixed} END`;
  switch (field.type) {
    case "RECORD": {
      const members = (field.fields ?? []).map((member, i) =>
        valueBytes(`struct_extract_at(${value}, ${i + 1})`, member),
      );
      return `(${members.join(" + ") || "0"})`;
    }
    case "BYTES":
      return `coalesce(2 + octet_length(${value}), 0)`;
    default:
      return `coalesce(2 + strlen(${value}::VARCHAR), 0)`;
  }
}
