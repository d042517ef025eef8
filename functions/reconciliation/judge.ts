import { freshnessResults } from "../checks/freshness/as-results.ts";
import type { Problem } from "../checks/freshness/problems.ts";
import type { Result } from "../checks/result.ts";
import { continuityResults, trustedOf } from "./results/days.ts";
import type { Known } from "./results/known.ts";
import { breakdownResults, lateChangeResults, platformResults } from "./results/money.ts";
import { peopleResults } from "./results/people.ts";
import { cleanResults, duplicateResults, pairResults, requiredResults } from "./results/rows.ts";
import { volumeResults } from "./results/volume.ts";
import { type Return, returnsOf } from "./returns.ts";
import type { Trusted } from "./trusted.ts";

/** What every check says, and how far the figures reach. */
export interface Judged {
  readonly results: readonly Result[];
  readonly trusted: readonly Trusted[];
  readonly returns: readonly Return[];
}

/**
 * Facts → what each check says of each subject. One that cannot be made leaves the others standing. Pure.
 *
 * @param problems what stands behind stale sources
 */
export function judgeAll(known: Known, problems: readonly Problem[]): Judged {
  const continuity = continuityResults(known);
  const trusted = trustedOf(continuity, known);
  const returns = returnsOf(known, trusted);
  return {
    trusted,
    returns,
    results: [
      ...freshnessResults(known.facts.freshness, problems).map((it) => askedAs(it, continuity)),
      ...peopleResults(known),
      ...duplicateResults(known),
      ...cleanResults(known),
      ...continuity,
      ...requiredResults(known),
      ...pairResults(known),
      ...breakdownResults(known),
      ...platformResults(returns, known),
      ...lateChangeResults(known),
      ...volumeResults(known),
    ],
  };
}

/** Rows by day show where a source has stopped: what a missing day asks is what a stale source asks too. */
function askedAs(stale: Result, continuity: readonly Result[]): Result {
  const query = continuity.find(({ subject }) => subject === stale.subject)?.query ?? null;
  return stale.status === "ok" ? stale : { ...stale, query };
}
