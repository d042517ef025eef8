import { invalid } from "./errors.ts";
import { targetTable, type WriteDisposition } from "./load.ts";
import { legacyTableName, physicalTable, type TableId } from "./names.ts";
import { quoteIdentifier } from "./types.ts";
import type { Warehouse } from "./warehouse.ts";

/** Copies a table's rows, and its columns and layout when the target is made. */
export async function copyTable(
  warehouse: Warehouse,
  source: TableId,
  target: { readonly table: TableId; readonly write: WriteDisposition; readonly mayCreate: boolean },
  now: Date,
): Promise<void> {
  const from = warehouse.store.table(source);
  if (from.view) throw invalid(`${legacyTableName(source)} is not allowed for this operation: it is a VIEW.`);
  const { fields, partitionBy, clusterBy, labels, description } = from;
  const to = await targetTable(
    warehouse,
    { fields, partitionBy, clusterBy, labels, description },
    target,
    now,
  );
  const names = fields.map((field) => quoteIdentifier(field.name)).join(", ");
  await warehouse.alone(to, async () => {
    const sql = `INSERT INTO ${physicalTable(to)} (${names}) SELECT ${names} FROM ${physicalTable(source)}`;
    await warehouse.database.use((connection) => connection.run(sql));
    warehouse.appended(to, now);
  });
}
