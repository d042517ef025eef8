import { invalid } from "../errors.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A member that must be an object when it is there; `{}` when absent. */
export function objectOf(json: JsonObject, name: string): JsonObject {
  const value = json[name];
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw invalid(`${name} must be an object.`);
  return value as JsonObject;
}

export function listOf(json: JsonObject, name: string): readonly unknown[] {
  const value = json[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`${name} must be a list.`);
  return value;
}

export function textOf(json: JsonObject, name: string): string | undefined {
  const value = json[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "object") throw invalid(`${name} must be a text.`);
  return String(value);
}

/** @throws BigQueryError `invalid`, naming the member, when it is missing or empty */
export function requiredText(json: JsonObject, name: string): string {
  const value = textOf(json, name);
  if (!value) throw invalid(`Required parameter is missing: ${name}.`);
  return value;
}

/** Int64 members travel as texts in REST; both forms are read. */
export function numberOf(json: JsonObject, name: string): number | undefined {
  const text = textOf(json, name);
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw invalid(`Invalid value for ${name}: "${text}" is not a number.`);
  return value;
}

export const flagOf = (json: JsonObject, name: string) => json[name] === true || json[name] === "true";

export function labelsOf(json: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objectOf(json, "labels")).map(([key, value]) => [key, String(value)]),
  );
}

/** Labels after a PATCH: named ones replaced, those given as null removed. */
export function patchedLabels(
  before: Readonly<Record<string, string>>,
  patch: JsonObject,
): Record<string, string> {
  if (!("labels" in patch)) return { ...before };
  const after: Record<string, string> = { ...before };
  for (const [key, value] of Object.entries(objectOf(patch, "labels"))) {
    if (value === null) delete after[key];
    else after[key] = String(value);
  }
  return after;
}
