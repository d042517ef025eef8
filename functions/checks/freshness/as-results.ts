import { found, ok, type Result, unknown } from "../result.ts";
import type { Problem } from "./problems.ts";
import type { Verdict } from "./types.ts";

/** Freshness in the terms of all checks: what a connector or host explains has its cause and its steps. Pure. */
export function freshnessResults(verdicts: readonly Verdict[], problems: readonly Problem[]): Result[] {
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
