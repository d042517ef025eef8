import type { Field } from "./catalog.ts";
import { invalid } from "./errors.ts";
import { duckdbType } from "./fields.ts";
import { legacyTableName, type TableId } from "./names.ts";
import { quoteIdentifier } from "./types.ts";
import type { Warehouse } from "./warehouse.ts";

/**
 * Gives a table the columns of a `tables.patch`: columns may be added, described and relaxed, not removed.
 * @throws BigQueryError `invalid` for any other difference
 */
export async function changeSchema(
  warehouse: Warehouse,
  id: TableId,
  fields: readonly Field[],
  at: Date,
): Promise<void> {
  const entry = warehouse.store.table(id);
  const mismatch = (why: string) =>
    invalid(`Provided Schema does not match Table ${legacyTableName(id)}. ${why}`);
  const wanted = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  const statements: string[] = [];
  for (const before of entry.fields) {
    const after = wanted.get(before.name.toLowerCase());
    if (!after) throw mismatch(`Field ${before.name} is missing in new schema`);
    if (duckdbType(after) !== duckdbType(before)) {
      throw mismatch(`Field ${before.name} has changed type from ${before.type} to ${after.type}`);
    }
    if (before.mode !== "REQUIRED" && after.mode === "REQUIRED") {
      throw mismatch(`Field ${before.name} has changed mode from NULLABLE to REQUIRED`);
    }
    if (before.mode === "REQUIRED" && after.mode !== "REQUIRED") {
      statements.push(`ALTER TABLE {table} ALTER COLUMN ${quoteIdentifier(before.name)} DROP NOT NULL`);
    }
    wanted.delete(before.name.toLowerCase());
  }
  for (const added of wanted.values()) {
    if (added.mode === "REQUIRED")
      throw mismatch(`Cannot add required field ${added.name} to an existing schema`);
    statements.push(addColumn(added));
  }
  if (entry.view) await warehouse.change(id, at, (view) => Object.assign(view, { fields }));
  else await warehouse.alter(id, at, [...fields], statements);
}

export const addColumn = (field: Field) =>
  `ALTER TABLE {table} ADD COLUMN ${quoteIdentifier(field.name)} ${duckdbType(field)}`;
