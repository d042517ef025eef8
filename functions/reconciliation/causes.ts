import type { Result, ResultKey, Status } from "../checks/result.ts";

/** A result, and the result that explains it. */
export interface Marked extends Result {
  /** The result that it follows from and with which it is over; null if there is none. */
  readonly consequenceOf: ResultKey | null;
}

const badness: Readonly<Record<Status, number>> = { ok: 0, warning: 1, unknown: 2, critical: 2 };

/** `unknown` counts as critical. */
export function isWorse(a: Status, b: Status): boolean {
  return badness[a] > badness[b];
}

/**
 * Finds the root cause of each result: it is at least as bad, and nothing explains it. In a circle, one
 * result counts as the root. Pure.
 */
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
