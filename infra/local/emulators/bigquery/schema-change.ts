import type { Field } from "./catalog.ts";
import type { TableEntry } from "./entries.ts";
import { invalid, notSupported } from "./errors.ts";
import { duckdbType } from "./fields.ts";
import { legacyTableName } from "./names.ts";
import { quoteIdentifier } from "./types.ts";

export const mismatch = (entry: TableEntry, why: string) =>
  invalid(`Provided Schema does not match Table ${legacyTableName(entry)}. ${why}`);

/**
 * What a schema has beyond the table's.
 * @throws BigQueryError `invalid` when it lacks a column, or has one of another type or a stricter mode
 */
export function compared(entry: TableEntry, fields: readonly Field[]) {
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
