import type { z } from "zod";

/** Replaces a value of the wrong type. The schema reports that mistake; rules skip the value. */
const malformed: unique symbol = Symbol("malformed");
export type Malformed = typeof malformed;

/**
 * The file as rules read it, even with mistakes: every value has its type, is malformed, or is missing. So a
 * rule can check the readable part of a section, and all mistakes are reported at once. A text may still have
 * the wrong form, like a duration without a unit.
 */
export type Draft<T> = T extends string | number | boolean
  ? T | Malformed
  : T extends readonly (infer Item)[]
    ? readonly Draft<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: Draft<T[Key]> }
      : T;

/**
 * @param written the parsed file
 * @param issues all mistakes that its schema found
 */
export function draftOf<T>(written: unknown, issues: readonly z.core.$ZodIssue[]): Draft<T> {
  const byPlace = new Map(issues.map((issue) => [placeOf(issue.path), issue]));
  const clean = (value: unknown, path: readonly PropertyKey[]): unknown => {
    const issue = byPlace.get(placeOf(path));
    const usable = issue === undefined ? value : inPlaceOf(value, issue);
    if (Array.isArray(usable)) return usable.map((item, at) => clean(item, [...path, at]));
    if (typeof usable !== "object" || usable === null) return usable;
    // It has no prototype, so that an id cannot reach a property that every object has.
    const entries: Record<string, unknown> = Object.create(null);
    for (const [key, one] of Object.entries(usable)) entries[key] = clean(one, [...path, key]);
    return entries;
  };
  // Every value that the schema refuses is replaced, so the rest has the schema's types.
  return clean(written, []) as Draft<T>;
}

/** Keeps a list a list and a mapping a mapping, so that malformed entries count as present. */
function inPlaceOf(value: unknown, issue: z.core.$ZodIssue): unknown {
  if (value === undefined) return undefined;
  if (issue.code === "invalid_type") {
    if (issue.expected === "array") return [];
    return issue.expected === "object" || issue.expected === "record" ? {} : malformed;
  }
  return issue.code === "invalid_value" || issue.code === "invalid_union" ? malformed : value;
}

function placeOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}
