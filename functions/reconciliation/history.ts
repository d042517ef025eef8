import { rememberedBy } from "../checks/all.ts";
import type { Facts } from "../checks/facts.ts";
import type { CheckResult } from "../shared/runs/runs.ts";
import type { Decision } from "./decide.ts";

/** A row of `check_results` for each check and subject. Pure. */
export function toCheckResults(decision: Decision, facts: Facts): CheckResult[] {
  return decision.results.map((it) => ({
    check: it.check,
    subject: it.subject,
    status: it.status,
    code: it.code,
    text: it.text,
    detail: {
      since: it.since,
      evidence: it.evidence,
      impact: it.impact,
      consequence_of: it.consequenceOf,
      remembered: rememberedBy(it, { facts, now: decision.asOf }),
    },
  }));
}
