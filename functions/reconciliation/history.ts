import type { CheckResult } from "../shared/runs/runs.ts";
import type { Marked } from "./causes.ts";
import type { Decision } from "./decide.ts";
import { finalSumsOf } from "./final-sums.ts";
import type { Facts } from "./look.ts";
import type { Remembered } from "./memory.ts";

/** What is remembered of each check and subject: a row of `check_results`. Pure. */
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
      remembered: rememberedOf(it, facts, decision.asOf),
    },
  }));
}

/** What the next run compares with. */
function rememberedOf(it: Marked, facts: Facts, now: Date) {
  if (it.check === "volume") return { size: lastSize(it, facts, now) };
  if (it.check === "late_changes") return { final_sums: finalSumsOf(it.subject, facts, now) };
  return undefined;
}

/** A loss is held against the size before it for so long: afterwards the table is as large as it is. */
const lossKeptMs = 7 * 86_400_000;

/** What is gone stays gone until it is back, a loss is one for a week, and what could not be looked at is not forgotten. */
function lastSize(
  { check, subject, status, evidence }: Marked,
  { memory }: Facts,
  now: Date,
): Remembered["size"] {
  const earlier = memory === null || memory instanceof Error ? [] : memory.results;
  const known = earlier.find((it) => it.check === check && it.subject === subject)?.size ?? null;
  const seen =
    typeof evidence.rows === "number" && evidence.rows > 0 ? { rows: evidence.rows, at: now } : null;
  const isFreshLoss = status !== "ok" && known !== null && now.getTime() - known.at.getTime() < lossKeptMs;
  return seen === null || isFreshLoss ? (known ?? seen) : seen;
}
