import type { Field } from "./catalog.ts";
import { invalid, notSupported } from "./errors.ts";
import { quoteIdentifier } from "./names.ts";

const DUCKDB_TYPES: Readonly<Record<Exclude<Field["type"], "RECORD">, string>> = {
  STRING: "VARCHAR",
  INTEGER: "BIGINT",
  FLOAT: "DOUBLE",
  NUMERIC: "DECIMAL(38,9)",
  BOOLEAN: "BOOLEAN",
  DATE: "DATE",
  DATETIME: "TIMESTAMP",
  TIME: "TIME",
  TIMESTAMP: "TIMESTAMPTZ",
  BYTES: "BLOB",
  JSON: "JSON",
};

const ALIASES: Readonly<Record<string, Field["type"]>> = {
  INT64: "INTEGER",
  FLOAT64: "FLOAT",
  BOOL: "BOOLEAN",
  STRUCT: "RECORD",
  DECIMAL: "NUMERIC",
};

const SQL_NAMES: Readonly<Partial<Record<Field["type"], string>>> = {
  INTEGER: "INT64",
  FLOAT: "FLOAT64",
  BOOLEAN: "BOOL",
};

/** The DuckDB type that stores a field. */
export function duckdbType(field: Field): string {
  const element = field.type === "RECORD" ? structType(field, duckdbType) : DUCKDB_TYPES[field.type];
  return field.mode === "REPEATED" ? `${element}[]` : element;
}

/** `STRUCT(…)` in DuckDB, its members typed by `type`. */
export function structType(field: Field, type: (member: Field) => string): string {
  const members = (field.fields ?? []).map((member) => `${quoteIdentifier(member.name)} ${type(member)}`);
  return `STRUCT(${members.join(", ")})`;
}

/** As INFORMATION_SCHEMA.COLUMNS.data_type says it, e.g. `ARRAY<STRUCT<a INT64>>`. */
export function googleSqlType(field: Field): string {
  const members = () => (field.fields ?? []).map((member) => `${member.name} ${googleSqlType(member)}`);
  const element =
    field.type === "RECORD" ? `STRUCT<${members().join(", ")}>` : (SQL_NAMES[field.type] ?? field.type);
  return field.mode === "REPEATED" ? `ARRAY<${element}>` : element;
}

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
  if (known !== "RECORD" && !(known in DUCKDB_TYPES)) throw notSupported(`column type ${upper}`);
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
