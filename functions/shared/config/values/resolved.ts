import { durationMs } from "./duration.ts";

/** As it is once it has been resolved: nobody changes the file. */
export type Resolved<T> = T extends Date | string | number | boolean | null | undefined
  ? T
  : { readonly [Key in keyof T]: Resolved<T[Key]> };

/** Rules have ruled a miss out before: one here is a mistake of ours. */
export function getOrThrow<T>(all: ReadonlyMap<string, T>, id: string): T {
  const found = all.get(id);
  if (found === undefined) throw new Error(`nothing has the id ${id}`);
  return found;
}

/** Where an amount or a name stands, written as a column alone or with the path inside its JSON. */
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
