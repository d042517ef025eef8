import {
  arrayOf,
  duckdbType,
  type GoogleType,
  memberName,
  quoteIdentifier,
  quoteLiteral,
  type ScalarKind,
  scalar,
  typeName,
  type Value,
} from "../types.ts";
import type { Context } from "./context.ts";
import { int64OfText } from "./number-texts.ts";
import { CAST_DIGITS, timestampOfText } from "./time-texts.ts";
import { Unsupported } from "./unsupported.ts";

/** Macros that parse text as strictly as BigQuery does; see macros.ts. */
const FROM_TEXT: Readonly<Partial<Record<ScalarKind, string>>> = {
  BOOL: "bq_bool",
  INT64: "bq_int64",
  FLOAT64: "bq_float64",
  NUMERIC: "bq_numeric",
  DATE: "bq_date",
  TIME: "bq_time",
  DATETIME: "bq_datetime",
  TIMESTAMP: "bq_timestamp",
};

const TO_TEXT: Readonly<Partial<Record<ScalarKind, string>>> = {
  FLOAT64: "bq_float64_text",
  NUMERIC: "bq_numeric_text",
  DATE: "bq_date_text",
  TIME: "bq_time_text",
  DATETIME: "bq_datetime_text",
  TIMESTAMP: "bq_timestamp_text",
  BYTES: "bq_utf8",
};

/** SQL of a value of any scalar type as BigQuery casts it to STRING. */
export function textOf(sql: string, type: GoogleType): string {
  if (type.kind === "STRING") return sql;
  if (type.kind === "BOOL" || type.kind === "INT64") return `CAST(${sql} AS VARCHAR)`;
  const macro = type.kind === "ARRAY" || type.kind === "STRUCT" ? undefined : TO_TEXT[type.kind];
  if (!macro) throw new Unsupported(`CAST(${typeName(type)} AS STRING)`);
  return `${macro}(${sql})`;
}

/** SQL of a value as a client or a script writes it: every scalar by its text. */
export function castFromText(value: Value, type: GoogleType): string {
  if (value === null) return `CAST(NULL AS ${duckdbType(type)})`;
  if (type.kind === "ARRAY" && Array.isArray(value)) {
    const items = value.map((item) => castFromText(item, type.element));
    return `CAST([${items.join(", ")}] AS ${duckdbType(type)})`;
  }
  if (type.kind === "STRUCT" && Array.isArray(value)) {
    const members = type.members.map(
      (member, i) =>
        `${quoteIdentifier(memberName(member, i))} := ${castFromText(value[i] ?? null, member.type)}`,
    );
    return `struct_pack(${members.join(", ")})`;
  }
  if (type.kind === "ARRAY" || type.kind === "STRUCT" || typeof value !== "string") {
    throw new Unsupported(`a value of type ${typeName(type)} given as text`);
  }
  const text = `${quoteLiteral(value)}::VARCHAR`;
  if (type.kind === "STRING") return text;
  if (type.kind === "BYTES") return `from_base64(${text})`;
  if (type.kind === "JSON") return `bq_parse_json(${text})::JSON`;
  const macro = FROM_TEXT[type.kind];
  if (!macro) throw new Unsupported(`a value of type ${typeName(type)}`);
  return readAlready(value, type.kind) ?? `${macro}(${text})`;
}

/**
 * A value that need not be read from its text for each place that names it,
 * which took most of the time of a union of many tables. Undefined for what
 * the macro must read, or refuse when the statement runs.
 */
function readAlready(text: string, kind: ScalarKind): string | undefined {
  try {
    if (kind === "TIMESTAMP") return `make_timestamptz(${timestampOfText(text, "", CAST_DIGITS)}::BIGINT)`;
    if (kind === "INT64") return `CAST('${int64OfText(text)}' AS BIGINT)`;
  } catch {
    return undefined;
  }
  return kind === "DATE" && /^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/.test(text)
    ? `DATE '${text}'`
    : undefined;
}

/** CAST of `sql` from one type to another. @throws Unsupported for pairs that are not covered */
export function castSql(sql: string, from: GoogleType, to: GoogleType, context: Context): string {
  if (to.kind === "STRUCT" && from.kind === "STRUCT") return castStruct(sql, from, to, context);
  if (to.kind === "ARRAY" && from.kind === "ARRAY") {
    if (typeName(from.element) === typeName(to.element)) return sql;
    const item = context.fresh("z");
    return `list_transform(${sql}, lambda ${item}: ${castSql(item, from.element, to.element, context)})`;
  }
  if (to.kind === "ARRAY" || to.kind === "STRUCT" || from.kind === "ARRAY" || from.kind === "STRUCT") {
    throw new Unsupported(`CAST(${typeName(from)} AS ${typeName(to)})`);
  }
  return from.kind === to.kind ? sql : castScalar(sql, from.kind, to.kind);
}

function castScalar(sql: string, from: ScalarKind, to: ScalarKind): string {
  if (to === "STRING") return textOf(sql, scalar(from));
  if (from === "STRING") {
    const macro = FROM_TEXT[to];
    if (macro) return `${macro}(${sql})`;
    if (to === "BYTES") return `encode(${sql})`;
  }
  switch (`${from}>${to}`) {
    case "INT64>FLOAT64":
    case "INT64>NUMERIC":
    case "INT64>BOOL":
    case "BOOL>INT64":
    case "NUMERIC>FLOAT64":
    case "DATE>DATETIME":
    case "DATETIME>DATE":
    case "DATETIME>TIME":
      return `CAST(${sql} AS ${duckdbType(scalar(to))})`;
    case "FLOAT64>INT64":
      return `bq_float64_int64(${sql})`;
    case "NUMERIC>INT64":
      return `CAST(round(${sql}) AS BIGINT)`;
    case "FLOAT64>NUMERIC":
      return `bq_float64_numeric(${sql})`;
    case "DATE>TIMESTAMP":
    case "DATETIME>TIMESTAMP":
      return `(CAST(${sql} AS TIMESTAMP) AT TIME ZONE 'UTC')`;
    case "TIMESTAMP>DATE":
    case "TIMESTAMP>DATETIME":
    case "TIMESTAMP>TIME":
      return `CAST((${sql} AT TIME ZONE 'UTC') AS ${duckdbType(scalar(to))})`;
    default:
      throw new Unsupported(`CAST(${from} AS ${to})`);
  }
}

function castStruct(
  sql: string,
  from: Extract<GoogleType, { kind: "STRUCT" }>,
  to: Extract<GoogleType, { kind: "STRUCT" }>,
  context: Context,
): string {
  const members = to.members.map((member, i) => {
    const source = from.members[i]?.type ?? member.type;
    const value = castSql(`struct_extract_at(${sql}, ${i + 1})`, source, member.type, context);
    return `${quoteIdentifier(memberName(member, i))} := ${value}`;
  });
  return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${members.join(", ")}) END`;
}

/** Whether a value of the type can hold an array somewhere. */
function holdsArray(type: GoogleType): boolean {
  if (type.kind === "ARRAY") return true;
  return type.kind === "STRUCT" && type.members.some((member) => holdsArray(member.type));
}

/**
 * A result as BigQuery writes it: a NULL array is an empty one, and a NULL
 * element of an array is an error that names the field.
 */
export function resultSql(sql: string, type: GoogleType, field: string, context: Context): string {
  if (!holdsArray(type)) return sql;
  if (type.kind === "ARRAY") {
    const item = context.fresh("z");
    const items = holdsArray(type.element)
      ? `list_transform(${sql}, lambda ${item}: ${resultSql(item, type.element, field, context)})`
      : sql;
    return `bq_result_array(${items}, ${quoteLiteral(field)}, CAST([] AS ${duckdbType(arrayOf(type.element))}))`;
  }
  if (type.kind !== "STRUCT") return sql;
  const members = type.members.map((member, i) => {
    const value = resultSql(
      `struct_extract_at(${sql}, ${i + 1})`,
      member.type,
      member.name || field,
      context,
    );
    return `${quoteIdentifier(memberName(member, i))} := ${value}`;
  });
  return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${members.join(", ")}) END`;
}
