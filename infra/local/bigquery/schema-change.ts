import type { Field } from "./catalog.ts";
import type { TableEntry } from "./catalog-store.ts";
import { invalid, notSupported } from "./errors.ts";
import { duckdbType } from "./fields.ts";
import { legacyTableName, type TableId } from "./names.ts";
import { quoteIdentifier } from "./types.ts";
import type { Warehouse } from "./warehouse.ts";

const mismatch = (entry: TableEntry, why: string) =>
  invalid(`Provided Schema does not match Table ${legacyTableName(entry)}. ${why}`);

/**
 * What a schema has beyond the table's.
 * @throws BigQueryError `invalid` when it lacks a column, or has one of another type or a stricter mode
 */
function compared(entry: TableEntry, fields: readonly Field[]) {
  const wanted = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  const relaxed: Field[] = [];
  for (const before of entry.fields) {
    const after = wanted.get(before.name.toLowerCase());
    if (!after) throw mismatch(entry, `Field ${before.name} is missing in new schema`);
    if (duckdbType(after) !== duckdbType(before)) {
      if (before.type === "RECORD" && after.type === "RECORD") throw notSupported("a change inside a RECORD");
      throw mismatch(entry, `Field ${before.name} has changed type from ${before.type} to ${after.type}`);
    }
    if (before.mode !== "REQUIRED" && after.mode === "REQUIRED") {
      throw mismatch(entry, `Field ${before.name} has changed mode from NULLABLE to REQUIRED`);
    }
    if (before.mode === "REQUIRED" && after.mode !== "REQUIRED") relaxed.push(before);
    wanted.delete(before.name.toLowerCase());
  }
  return { relaxed, added: [...wanted.values()] };
}

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
  const { relaxed, added } = compared(entry, fields);
  const required = added.find(({ mode }) => mode === "REQUIRED");
  if (required) throw mismatch(entry, `Cannot add required field ${required.name} to an existing schema`);
  if (entry.view) return warehouse.change(id, at, (view) => Object.assign(view, { fields }));
  const relax = relaxed.map(
    ({ name }) => `ALTER TABLE {table} ALTER COLUMN ${quoteIdentifier(name)} DROP NOT NULL`,
  );
  return warehouse.alter(id, at, [...fields], [...relax, ...added.map(addColumn)]);
}

/**
 * The schema of a job that appends.
 * @throws BigQueryError `invalid` when it is not the table's
 */
export function requireSameSchema(entry: TableEntry, fields: readonly Field[]): void {
  const { relaxed, added } = compared(entry, fields);
  const [looser] = relaxed;
  if (looser) throw mismatch(entry, `Field ${looser.name} has changed mode from REQUIRED to NULLABLE`);
  const [stranger] = added;
  if (stranger) throw mismatch(entry, `Cannot add fields (field: ${stranger.name})`);
}

export const addColumn = (field: Field) =>
  `ALTER TABLE {table} ADD COLUMN ${quoteIdentifier(field.name)} ${duckdbType(field)}`;
