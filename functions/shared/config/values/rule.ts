import { suggestion } from "../../text.ts";

/** Path in the file, from its root: keys and list positions. */
export type Path = readonly (string | number)[];

/** Values that are well-formed and contradict each other. */
export interface Contradiction {
  readonly path: Path;
  readonly message: string;
}

/** Entries of a section by their ids. */
type Entries = Readonly<Record<string, unknown>> | undefined;

/** A name without an entry in its section. A value that is not text has its own message. */
export function reference(name: unknown, known: Entries, path: Path, what: string): Contradiction[] {
  const ids = Object.keys(known ?? {});
  if (typeof name !== "string" || ids.includes(name)) return [];
  return [{ path, message: `there is no ${what} ${name}${suggestion(name, ids)}` }];
}

/** Entries that no name refers to. */
export function unused(known: Entries, names: readonly unknown[], path: Path, by: string): Contradiction[] {
  const ids = Object.keys(known ?? {});
  // An unknown name is reported on its own, and it may be a misspelt reference to the seemingly unused entry.
  if (names.some((name) => typeof name === "string" && !ids.includes(name))) return [];
  return ids
    .filter((id) => !names.includes(id))
    .map((id) => ({
      path: [...path, id],
      message: `no ${by} names ${id}; remove it, or name it where it belongs`,
    }));
}

/** A section without entries. */
export function empty(entries: Entries, path: Path, message: string): Contradiction[] {
  return entries !== undefined && Object.keys(entries).length === 0 ? [{ path, message }] : [];
}
