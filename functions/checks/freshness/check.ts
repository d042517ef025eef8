import type { Check } from "../check.ts";
import { continuity } from "../continuity/check.ts";
import type { StatsFacts } from "../input.ts";
import { found, ok, type Result, unknown } from "../result.ts";
import { type Problem, problemsOf } from "./problems.ts";
import type { Verdict } from "./types.ts";

export interface FreshnessFacts {
  /** Of each source of the file. */
  readonly freshness: readonly Verdict[];
}

/** Checks that every source delivers. */
export const freshness = {
  id: "freshness",
  judge: (input) => {
    const days = continuity.judge(input);
    const problems = problemsOf(input.facts.freshness, input.now);
    return freshnessResults(input.facts.freshness, problems).map((it) => {
      if (it.status === "ok") return it;
      // Rows by day show where a source stopped, so a stale source gets the query of its missing days.
      return { ...it, query: days.find(({ subject }) => subject === it.subject)?.query ?? null };
    });
  },
} as const satisfies Check<StatsFacts & FreshnessFacts>;

/** A finding that a connector or host explains gets the cause and actions of that problem. Pure. */
function freshnessResults(verdicts: readonly Verdict[], problems: readonly Problem[]): Result[] {
  return verdicts.map((verdict) => {
    const { source, finding, notes, impact, retry } = verdict;
    const about = { check: "freshness", subject: source.id, owner: source.owner } as const;
    const evidence = {
      newest_arrival: verdict.arrival?.toISOString() ?? null,
      newest_day: verdict.businessDate,
      age_hours: verdict.ageMs === null ? null : Math.round(verdict.ageMs / 36_000) / 100,
      decided_by: verdict.decidedBy,
      warn_after_hours: source.warnAfterMs / 3_600_000,
      critical_after_hours: source.criticalAfterMs / 3_600_000,
    };
    if (finding === null) return ok(about, ["It is fresh.", ...notes].join(" "), evidence);
    const problem = problems.find(({ cause }) => cause.verdicts.includes(verdict));
    const more = {
      evidence,
      cause: problem?.cause.text ?? null,
      impact: impact === null ? null : { ...impact, what: `${impact.kind} not visible` },
      actions: problem?.actions ?? [],
      owner: problem?.owners.join(", ") ?? source.owner,
      since: verdict.visibleThrough,
      follows: source.builtFrom.map((subject) => ({ check: "freshness", subject }) as const),
      retry,
    };
    const text = [finding.text, ...notes].join(" ");
    const { status } = verdict;
    return status === "unknown"
      ? unknown(about, finding.code, text, more)
      : found(about, { ...more, status, code: finding.code, text });
  });
}
