import { breakdown } from "./breakdown/check.ts";
import { campaigns } from "./campaigns/check.ts";
import type { Check } from "./check.ts";
import { continuity } from "./continuity/check.ts";
import { duplicates } from "./duplicates/check.ts";
import type { Facts } from "./facts.ts";
import { freshness } from "./freshness/check.ts";
import { hashMatches } from "./hash-matches/check.ts";
import type { CheckInput } from "./input.ts";
import { lateChanges } from "./late-changes/check.ts";
import { parity } from "./parity/check.ts";
import { piiHashing } from "./pii-hashing/check.ts";
import { piiSearch } from "./pii-search/check.ts";
import { rawVsClean } from "./raw-vs-clean/check.ts";
import { areaIds, type CheckId, checksIn, type ReportedCheckId } from "./registry.ts";
import { required } from "./required/check.ts";
import type { Result } from "./result.ts";
import { roas } from "./roas/check.ts";
import { spend } from "./spend/check.ts";
import { volume } from "./volume/check.ts";

/** Every check of the reconciliation report. TypeScript refuses a registered check that is missing here. */
const checks = {
  freshness,
  pii_hashing: piiHashing,
  hash_matches: hashMatches,
  pii_search: piiSearch,
  duplicates,
  raw_vs_clean: rawVsClean,
  continuity,
  required,
  parity,
  breakdown,
  late_changes: lateChanges,
  volume,
  spend,
  roas,
  campaigns,
} as const satisfies { readonly [Id in ReportedCheckId]: Check<Facts> & { readonly id: Id } };

const all: Readonly<Partial<Record<CheckId, Check<Facts>>>> = checks;

/** The results of every check, in the order of a report. Pure. */
export function judgeChecks(input: CheckInput<Facts>): Result[] {
  return areaIds.flatMap(checksIn).flatMap((id) => all[id]?.judge(input) ?? []);
}

/** The values that the next run of this check compares with; undefined if it needs none. Pure. */
export function rememberedBy(
  result: Pick<Result, "check" | "subject" | "status" | "evidence">,
  input: Pick<CheckInput, "facts" | "now">,
): Readonly<Record<string, unknown>> | undefined {
  return all[result.check]?.remember?.(result, input);
}
