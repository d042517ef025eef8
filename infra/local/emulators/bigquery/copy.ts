import { fromSelect } from "./append.ts";
import type { TableEntry } from "./entries.ts";
import { invalid } from "./errors.ts";
import { legacyTableName, physicalTable, type TableId } from "./names.ts";
import { isBuffered, oldestEntry } from "./streaming-buffer.ts";
import { quoteIdentifier } from "./types.ts";
import type { Warehouse, WriteTarget } from "./warehouse.ts";

/** Copies a table's rows, and its columns and layout when the target is made. */
export async function copyTable(
  warehouse: Warehouse,
  source: TableId,
  target: WriteTarget,
  now: Date,
): Promise<void> {
  const from = warehouse.store.table(source);
  if (from.view) throw invalid(`${legacyTableName(source)} is not allowed for this operation: it is a VIEW.`);
  const { fields, partitionBy, clusterBy, labels, description } = from;
  const definition = { fields, partitionBy, clusterBy, labels, description };
  await warehouse.write(target, definition, now, fromSelect(storedRows(from), fields));
}

/** DuckDB SELECT of a table's rows. Those in the streaming buffer are not copied. */
export function storedRows(from: TableEntry): string {
  const names = from.fields.map((field) => quoteIdentifier(field.name)).join(", ");
  const stored = oldestEntry(from) === undefined ? "" : ` WHERE (${isBuffered(from)}) IS NOT TRUE`;
  return `SELECT ${names} FROM ${physicalTable(from)}${stored}`;
}
