import { durationMs } from "./duration.ts";

/** Contradictions have been ruled out before: a miss here is a mistake of ours. */
export function known<T>(all: ReadonlyMap<string, T>, id: string): T {
  const found = all.get(id);
  if (found === undefined) throw new Error(`nothing has the id ${id}`);
  return found;
}

export function ms(written: string): number {
  const length = durationMs(written);
  if (length === null) throw new Error(`${written} is no duration`);
  return length;
}
