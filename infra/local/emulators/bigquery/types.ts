import type { Field } from "./catalog.ts";
import { Unsupported } from "./sql/unsupported.ts";

export type ScalarKind =
  | "BOOL"
  | "INT64"
  | "FLOAT64"
  | "NUMERIC"
  | "STRING"
  | "BYTES"
  | "DATE"
  | "TIME"
  | "DATETIME"
  | "TIMESTAMP"
  | "JSON"
  /** A date part or another keyword that the analyzer passes as an argument; never stored. */
  | "ENUM"
  /** Only inside date arithmetic; never stored. */
  | "INTERVAL";

export interface StructMember {
  /** Empty for an anonymous member. */
  readonly name: string;
  readonly type: GoogleType;
}

export type GoogleType =
  | { readonly kind: ScalarKind }
  | { readonly kind: "ARRAY"; readonly element: GoogleType }
  | { readonly kind: "STRUCT"; readonly members: readonly StructMember[] };

/** A column by name and GoogleSQL type. */
export interface TypedColumn {
  readonly name: string;
  readonly type: GoogleType;
}

/**
 * A value of any GoogleSQL type as text, in the form BigQuery casts to STRING:
 * `"12"`, `"true"`, `"2026-02-08"`, `"2026-02-08 12:00:00.5+00"`; BYTES in base64;
 * ARRAY and STRUCT as lists, members in order; SQL's NULL as null.
 */
export type Value = string | null | readonly Value[];

/** The analyzer's `TypeProto`, as far as it is used. */
export interface ProtoType {
  readonly type_kind: string;
  readonly array_type?: { readonly element_type: ProtoType };
  readonly struct_type?: {
    readonly field?: readonly { readonly field_name?: string; readonly field_type: ProtoType }[];
  };
}

const DUCKDB: Readonly<Record<ScalarKind, string>> = {
  BOOL: "BOOLEAN",
  INT64: "BIGINT",
  FLOAT64: "DOUBLE",
  NUMERIC: "DECIMAL(38,9)",
  STRING: "VARCHAR",
  BYTES: "BLOB",
  DATE: "DATE",
  TIME: "TIME",
  DATETIME: "TIMESTAMP",
  TIMESTAMP: "TIMESTAMPTZ",
  JSON: "JSON",
  ENUM: "INTEGER",
  INTERVAL: "INTERVAL",
};

const KINDS = new Set<string>(Object.keys(DUCKDB));
const isScalarKind = (kind: string): kind is ScalarKind => KINDS.has(kind);

export const scalar = (kind: ScalarKind): GoogleType => ({ kind });
export const arrayOf = (element: GoogleType): GoogleType => ({ kind: "ARRAY", element });

/** @throws Unsupported for BIGNUMERIC, GEOGRAPHY, RANGE and other types that are not modelled */
export function fromProto(type: ProtoType): GoogleType {
  const kind = type.type_kind.replace(/^TYPE_/, "");
  if (kind === "ARRAY" && type.array_type) return arrayOf(fromProto(type.array_type.element_type));
  if (kind === "STRUCT") {
    const members = (type.struct_type?.field ?? []).map((member) => ({
      name: member.field_name ?? "",
      type: fromProto(member.field_type),
    }));
    return { kind: "STRUCT", members };
  }
  const name = kind === "DOUBLE" ? "FLOAT64" : kind;
  if (!isScalarKind(name)) throw new Unsupported(`type ${name}`);
  return { kind: name };
}

export function toProto(type: GoogleType): ProtoType {
  if (type.kind === "ARRAY") {
    return { type_kind: "TYPE_ARRAY", array_type: { element_type: toProto(type.element) } };
  }
  if (type.kind === "STRUCT") {
    const field = type.members.map((member) => ({
      field_name: member.name,
      field_type: toProto(member.type),
    }));
    return { type_kind: "TYPE_STRUCT", struct_type: { field } };
  }
  return { type_kind: `TYPE_${type.kind === "FLOAT64" ? "DOUBLE" : type.kind}` };
}

export const quoteIdentifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
export const quoteLiteral = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** DuckDB has no anonymous members: `_0`, `_1`… stand for them. */
export const memberName = (member: StructMember, index: number) => member.name || `_${index}`;

/** The DuckDB type that stores a GoogleSQL type. */
export function duckdbType(type: GoogleType): string {
  if (type.kind === "ARRAY") return `${duckdbType(type.element)}[]`;
  if (type.kind !== "STRUCT") return DUCKDB[type.kind];
  const members = type.members.map(
    (member, index) => `${quoteIdentifier(memberName(member, index))} ${duckdbType(member.type)}`,
  );
  return `STRUCT(${members.join(", ")})`;
}

/** As GoogleSQL writes it, e.g. `ARRAY<STRUCT<a INT64>>`. */
export function typeName(type: GoogleType): string {
  if (type.kind === "ARRAY") return `ARRAY<${typeName(type.element)}>`;
  if (type.kind !== "STRUCT") return type.kind;
  const members = type.members.map((member) => `${member.name} ${typeName(member.type)}`.trim());
  return `STRUCT<${members.join(", ")}>`;
}

const REST_NAMES: Readonly<Record<string, Field["type"]>> = {
  INT64: "INTEGER",
  FLOAT64: "FLOAT",
  BOOL: "BOOLEAN",
};

/** The type of a REST `TableFieldSchema`. */
export function fieldType(field: Field): GoogleType {
  const element = elementType(field);
  return field.mode === "REPEATED" ? arrayOf(element) : element;
}

function elementType(field: Field): GoogleType {
  if (field.type === "RECORD") {
    const members = (field.fields ?? []).map((inner) => ({ name: inner.name, type: fieldType(inner) }));
    return { kind: "STRUCT", members };
  }
  if (field.type === "INTEGER") return scalar("INT64");
  if (field.type === "FLOAT") return scalar("FLOAT64");
  return scalar(field.type === "BOOLEAN" ? "BOOL" : field.type);
}

/** The REST `TableFieldSchema` of a column; anonymous STRUCT members become `_field_1`… as BigQuery names them. */
export function toField(name: string, type: GoogleType): Field {
  const element = type.kind === "ARRAY" ? type.element : type;
  const mode = type.kind === "ARRAY" ? "REPEATED" : "NULLABLE";
  if (element.kind === "STRUCT") {
    const fields = element.members.map((m, i) => toField(m.name || `_field_${i + 1}`, m.type));
    return { name, type: "RECORD", mode, fields };
  }
  const restName = REST_NAMES[element.kind] ?? element.kind;
  if (restName === "ENUM" || restName === "INTERVAL" || restName === "ARRAY") {
    throw new Unsupported(`a result of type ${restName}`);
  }
  return { name, type: restName as Field["type"], mode };
}
