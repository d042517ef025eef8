import type { Result, ResultKey, Status } from "../checks/result.ts";
import { rootCauses } from "../shared/causes.ts";

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

/** Finds the root cause of each result that is not ok. Pure. */
export function withCauses(all: readonly Result[]): Marked[] {
  const wrong = all
    .filter(({ status }) => status !== "ok")
    .map((result) => ({
      key: keyOf(result),
      rank: badness[result.status],
      follows: result.follows.map(keyOf),
      result,
    }));
  const roots = new Map(
    [...rootCauses(wrong, { everyLink: true })].map(([it, root]) => [it.result, root.result]),
  );
  return all.map((it) => {
    const { check, subject } = roots.get(it) ?? it;
    return { ...it, consequenceOf: keyOf({ check, subject }) === keyOf(it) ? null : { check, subject } };
  });
}

export function keyOf({ check, subject }: ResultKey): string {
  return `${check} ${subject}`;
}
