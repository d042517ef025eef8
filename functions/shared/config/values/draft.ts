import type { z } from "zod";

/** In place of a value that is there and of the wrong type. Its own mistake is reported; rules pass it over. */
const malformed: unique symbol = Symbol("malformed");
export type Malformed = typeof malformed;

/**
 * What rules read of a file that may have mistakes: every value is of its type, malformed or missing. A rule thus
 * sees whatever can be read of a section, and all mistakes of a file are reported at once. A text may still be of
 * the wrong form, like a duration without its unit.
 */
export type Draft<T> = T extends string | number | boolean
  ? T | Malformed
  : T extends readonly (infer Item)[]
    ? readonly Draft<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: Draft<T[Key]> }
      : T;

/**
 * @param written the file as it is
 * @param issues all that its schema says against it
 */
export function draftOf<T>(written: unknown, issues: readonly z.core.$ZodIssue[]): Draft<T> {
  const byPlace = new Map(issues.map((issue) => [placeOf(issue.path), issue]));
  const clean = (value: unknown, path: readonly PropertyKey[]): unknown => {
    const issue = byPlace.get(placeOf(path));
    const usable = issue === undefined ? value : inPlaceOf(value, issue);
    if (Array.isArray(usable)) return usable.map((item, at) => clean(item, [...path, at]));
    if (typeof usable !== "object" || usable === null) return usable;
    // Without a prototype: no id leads to what every object has.
    const entries: Record<string, unknown> = Object.create(null);
    for (const [key, one] of Object.entries(usable)) entries[key] = clean(one, [...path, key]);
    return entries;
  };
  // Whatever the schema finds of the wrong type is replaced, so what is left has the schema's types.
  return clean(written, []) as Draft<T>;
}

/** A list stays a list and a mapping a mapping, so that what is of the wrong type counts as there. */
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
