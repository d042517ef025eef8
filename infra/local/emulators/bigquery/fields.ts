import type { Field } from "./catalog.ts";
import { invalid, notSupported } from "./errors.ts";
import { fieldType, duckdbType as storedType, typeName } from "./types.ts";

const TYPES: ReadonlySet<string> = new Set<Field["type"]>([
  "STRING",
  "INTEGER",
  "FLOAT",
  "NUMERIC",
  "BOOLEAN",
  "DATE",
  "DATETIME",
  "TIME",
  "TIMESTAMP",
  "BYTES",
  "JSON",
  "RECORD",
]);

const ALIASES: Readonly<Record<string, Field["type"]>> = {
  INT64: "INTEGER",
  FLOAT64: "FLOAT",
  BOOL: "BOOLEAN",
  STRUCT: "RECORD",
  DECIMAL: "NUMERIC",
};

/** The DuckDB type that stores a field. */
export const duckdbType = (field: Field) => storedType(fieldType(field));

/** As INFORMATION_SCHEMA.COLUMNS.data_type says it, e.g. `ARRAY<STRUCT<a INT64>>`. */
export const googleSqlType = (field: Field) => typeName(fieldType(field));

/**
 * Fields as a client sends them in `schema.fields`: aliases resolved, checked.
 * @throws BigQueryError `invalid` for a field without name or of an unknown mode
 */
export function parseFields(input: unknown): Field[] {
  if (!Array.isArray(input)) throw invalid("schema.fields must be a list of fields.");
  const fields = input.map(parseField);
  const seen = new Set<string>();
  for (const { name } of fields) {
    const key = name.toLowerCase();
    if (seen.has(key)) throw invalid(`Field ${name} already exists in schema.`);
    seen.add(key);
  }
  return fields;
}

function parseField(input: unknown): Field {
  const { name, type, mode, description, fields } = (input ?? {}) as Record<string, unknown>;
  if (typeof name !== "string" || !/^[\p{L}_][\p{L}\p{N}_ \-%&+=:'<>#|]{0,299}$/u.test(name)) {
    throw invalid(`Invalid field name "${String(name)}". Fields must start with a letter or underscore.`);
  }
  const upper = String(type).toUpperCase();
  const known = ALIASES[upper] ?? (upper as Field["type"]);
  if (!TYPES.has(known)) throw notSupported(`column type ${upper}`);
  const upperMode = String(mode ?? "NULLABLE").toUpperCase();
  if (upperMode !== "NULLABLE" && upperMode !== "REQUIRED" && upperMode !== "REPEATED") {
    throw invalid(`Invalid mode "${String(mode)}" of field ${name}. Use NULLABLE, REQUIRED or REPEATED.`);
  }
  return {
    name,
    type: known,
    mode: upperMode,
    ...(typeof description === "string" ? { description } : {}),
    ...(known === "RECORD" ? { fields: parseFields(fields) } : {}),
  };
}
