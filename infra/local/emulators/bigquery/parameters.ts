import { BigQueryError } from "./errors.ts";
import {
  arrayOf,
  type GoogleType,
  scalar,
  type TypedColumn,
  toField,
  typeName,
  type Value,
} from "./types.ts";
import { BadValue, valueText } from "./values.ts";

/** A query parameter as jobs carry it. */
export interface RestParameter {
  readonly name?: string;
  readonly parameterType?: RestParameterType;
  readonly parameterValue?: RestParameterValue;
}

interface RestParameterType {
  readonly type?: string;
  readonly arrayType?: RestParameterType;
  readonly structTypes?: readonly { readonly name?: string; readonly type?: RestParameterType }[];
}

interface RestParameterValue {
  readonly value?: string | null;
  readonly arrayValues?: readonly RestParameterValue[];
  readonly structValues?: Readonly<Record<string, RestParameterValue>>;
}

export interface TypedValue {
  readonly type: GoogleType;
  readonly value: Value;
}

/** Named parameters by lower-case name, or positional ones in order. */
export type Parameters = ReadonlyMap<string, TypedValue> | readonly TypedValue[];

/**
 * @param mode `NAMED` or `POSITIONAL`; undefined: named when any parameter has a name
 * @throws BigQueryError `invalid` when a type is unknown or a value is not of its type
 */
export function readParameters(given: readonly RestParameter[], mode: string | undefined): Parameters {
  const named = mode ? mode.toUpperCase() === "NAMED" : given.some((parameter) => parameter.name);
  const typed = given.map((parameter) => {
    const name = parameter.name ?? "";
    const type = typeOf(parameter.parameterType, name);
    return [name.toLowerCase(), { type, value: readValue(parameter.parameterValue, type, name) }] as const;
  });
  if (given.length > 0 && !named) return typed.map(([, value]) => value);
  return new Map(typed);
}

const ALIASES: Readonly<Record<string, string>> = { INTEGER: "INT64", FLOAT: "FLOAT64", BOOLEAN: "BOOL" };

const SCALARS = [
  "BOOL",
  "INT64",
  "FLOAT64",
  "NUMERIC",
  "STRING",
  "BYTES",
  "DATE",
  "TIME",
  "DATETIME",
  "TIMESTAMP",
  "JSON",
] as const;

function typeOf(given: RestParameterType | undefined, name: string): GoogleType {
  const upper = (given?.type ?? "").toUpperCase();
  if (upper === "ARRAY") return arrayOf(typeOf(given?.arrayType, name));
  if (upper === "STRUCT") {
    const members: TypedColumn[] = (given?.structTypes ?? []).map((member) => ({
      name: member.name ?? "",
      type: typeOf(member.type, name),
    }));
    return { kind: "STRUCT", members };
  }
  const kind = SCALARS.find((known) => known === (ALIASES[upper] ?? upper));
  if (kind) return scalar(kind);
  const message = upper
    ? `not supported by the local BigQuery: query parameter of type ${upper}`
    : `Query parameter '${name}' has no type.`;
  throw new BigQueryError(400, "invalid", message);
}

function readValue(given: RestParameterValue | undefined, type: GoogleType, name: string): Value {
  if (type.kind === "ARRAY") {
    return (given?.arrayValues ?? []).map((item) => readValue(item, type.element, name));
  }
  if (type.kind === "STRUCT") {
    if (!given?.structValues) return null;
    return type.members.map((member) => readValue(given.structValues?.[member.name], member.type, name));
  }
  const value = given?.value ?? null;
  if (value === null || type.kind === "BYTES") return value;
  if (type.kind === "BOOL") return String(/^(true|t|yes|y|1)$/i.test(checked(value, type, name)));
  return checked(value, type, name);
}

function checked(value: string, type: GoogleType, name: string): string {
  try {
    return String(valueText(value, toField(name, type)));
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    const message = `Unparseable query parameter \`${name}\` in type \`TYPE_${typeName(type)}\`, ${error.message}`;
    throw new BigQueryError(400, "invalidQuery", message);
  }
}
