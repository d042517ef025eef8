import type { Field } from "./catalog.ts";
import type { TableId } from "./names.ts";
import { addColumn, compared, mismatch } from "./schema-change.ts";
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
  const { relaxed, added } = compared(entry, fields);
  const required = added.find(({ mode }) => mode === "REQUIRED");
  if (required) throw mismatch(entry, `Cannot add required field ${required.name} to an existing schema`);
  if (entry.view) return warehouse.change(id, at, (view) => Object.assign(view, { fields }));
  const relax = relaxed.map(
    ({ name }) => `ALTER TABLE {table} ALTER COLUMN ${quoteIdentifier(name)} DROP NOT NULL`,
  );
  return warehouse.alter(id, at, [...fields], [...relax, ...added.map(addColumn)]);
}
