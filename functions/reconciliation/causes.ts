import type { Result, ResultKey, Status } from "../checks/result.ts";

/** What a check says, and whether another result explains it. */
export interface Marked extends Result {
  /** What it follows from: it is wrong because that is, and is over when that is. Null: it stands for itself. */
  readonly consequenceOf: ResultKey | null;
}

const badness: Readonly<Record<Status, number>> = { ok: 0, warning: 1, unknown: 2, critical: 2 };

/** `unknown` counts as critical. */
export function isWorse(a: Status, b: Status): boolean {
  return badness[a] > badness[b];
}

/** Pure. What each follows from in the end: as bad as it is, and not explained by itself. Of those in a circle one stands for itself. */
export function withCauses(all: readonly Result[]): Marked[] {
  const known = new Map<Result, Result>();

  function rootOf(it: Result, path: readonly Result[]): Result {
    const found = known.get(it);
    if (found !== undefined) return found;
    for (const { check, subject } of it.follows) {
      const cause = all.find((one) => one.check === check && one.subject === subject);
      if (cause === undefined || cause.status === "ok" || path.includes(cause)) continue;
      if (isWorse(it.status, cause.status)) continue;
      return rootOf(cause, [...path, cause]);
    }
    return it;
  }

  return all.map((it) => {
    if (it.status === "ok") return { ...it, consequenceOf: null };
    const root = rootOf(it, [it]);
    known.set(it, root);
    return { ...it, consequenceOf: root === it ? null : { check: root.check, subject: root.subject } };
  });
}
