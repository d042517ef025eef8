import { suggestion } from "../../text.ts";

/** Where in the file, from its root: keys and list positions. */
export type Path = readonly (string | number)[];

/** What a rule finds: single values are well written, and cannot all be true. */
export interface Contradiction {
  readonly path: Path;
  readonly message: string;
}

/** Entries of a section by their ids. */
type Entries = Readonly<Record<string, unknown>> | undefined;

/** A name that leads to no entry of a section. What is no text has a message of its own. */
export function reference(name: unknown, known: Entries, path: Path, what: string): Contradiction[] {
  const ids = Object.keys(known ?? {});
  if (typeof name !== "string" || ids.includes(name)) return [];
  return [{ path, message: `there is no ${what} ${name}${suggestion(name, ids)}` }];
}

/** Entries that nothing names. */
export function unused(known: Entries, names: readonly unknown[], path: Path, by: string): Contradiction[] {
  const ids = Object.keys(known ?? {});
  // A name that leads nowhere is reported by itself, and may be the misspelt user of what seems unused.
  if (names.some((name) => typeof name === "string" && !ids.includes(name))) return [];
  return ids
    .filter((id) => !names.includes(id))
    .map((id) => ({
      path: [...path, id],
      message: `no ${by} names ${id}; remove it, or name it where it belongs`,
    }));
}

/** A section that is there and has no entry. */
export function empty(entries: Entries, path: Path, message: string): Contradiction[] {
  return entries !== undefined && Object.keys(entries).length === 0 ? [{ path, message }] : [];
}
