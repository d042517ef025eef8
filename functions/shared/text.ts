import { closest, distance } from "fastest-levenshtein";

/** The known name that somebody will have meant, or null: further away it is another word, not a slip. */
export function nearest(name: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const near = closest(name, [...known]);
  return distance(name, near) <= Math.max(2, name.length / 3) ? near : null;
}

/** Which name is meant, or which ones there are; to be put behind a message. */
export function alternatives(name: string, known: readonly string[]): string {
  if (known.length === 0) return "it has none";
  const near = nearest(name, known);
  return near === null ? `there are ${known.join(", ")}` : `did you mean ${near}?`;
}

/** `; did you mean …?`, to be put behind a message; empty where no known name is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === null ? "" : `; did you mean ${near}?`;
}
