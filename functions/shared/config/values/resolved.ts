import { durationMs } from "./duration.ts";

/** The resolved type is read-only, because nothing changes the file. */
export type Resolved<T> = T extends Date | string | number | boolean | null | undefined
  ? T
  : { readonly [Key in keyof T]: Resolved<T[Key]> };

/** The rules have refused unknown names, so a missing one is a bug. */
export function getOrThrow<T>(all: ReadonlyMap<string, T>, id: string): T {
  const found = all.get(id);
  if (found === undefined) throw new Error(`nothing has the id ${id}`);
  return found;
}

/** The place of an amount or a name: a column, or a path inside a JSON column. */
export function placeOf(
  written: string | { readonly column: string; readonly json_path?: string | undefined },
): { readonly column: string; readonly jsonPath: string | null } {
  if (typeof written === "string") return { column: written, jsonPath: null };
  return { column: written.column, jsonPath: written.json_path ?? null };
}

export function ms(written: string): number {
  const length = durationMs(written);
  if (length === null) throw new Error(`${written} is no duration`);
  return length;
}
