import { closest, distance } from "fastest-levenshtein";

/** Where in the file, from its root: keys and list positions. */
export type Path = readonly (string | number)[];

export interface Contradiction {
  readonly path: Path;
  readonly message: string;
}

/** A mapping of the file as it is written: nothing is known of its values. */
export type Tree = Readonly<Record<string, unknown>>;

export function reference(name: unknown, known: Tree, path: Path, what: string): Contradiction[] {
  if (typeof name !== "string" || Object.hasOwn(known, name)) return [];
  return [{ path, message: `there is no ${what} ${name}${suggestion(name, Object.keys(known))}` }];
}

export function suggestion(name: string, known: readonly string[]): string {
  const near = closest(name, [...known]);
  // Further away it is another word, not a slip.
  if (near === undefined || distance(name, near) > Math.max(2, name.length / 3)) return "";
  return `; did you mean ${near}?`;
}

export function unused(known: Tree, names: readonly unknown[], path: Path, by: string): Contradiction[] {
  // A name that leads nowhere is told by itself, and may be the misspelt user of what seems unused.
  if (names.some((name) => typeof name === "string" && !Object.hasOwn(known, name))) return [];
  return Object.keys(known)
    .filter((id) => !names.includes(id))
    .map((id) => ({
      path: [...path, id],
      message: `no ${by} names ${id}; remove it, or name it where it belongs`,
    }));
}

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function tree(value: unknown): Tree {
  return isTree(value) ? value : {};
}
