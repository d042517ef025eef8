import type { Platform } from "../../shared/config/types.ts";
import { formatDay, formatNumber } from "../../shared/report/format.ts";
import { type About, found, ok, type Result, type ResultKey, unknown } from "../result.ts";
import type { FindingCode, Money, Verdict } from "./types.ts";

/**
 * A verdict on return on ad spend, as a result. Pure.
 *
 * @param through last day that both spend and revenue are complete; null if unknown
 * @param breakEven ROAS at which the platform earns what it costs
 */
export function roasResult(verdict: Verdict, through: string | null, breakEven: number): Result {
  const { platform, finding, money, status } = verdict;
  const about: About = { check: "roas", subject: platform.id, owner: platform.spend.owner };
  const evidence = evidenceOf(verdict, breakEven);
  if (status === "unknown" || money === null) {
    const code = finding?.code ?? "not_checked";
    const inNoSum = code === "amounts_in_no_sum" ? explainedByAmounts(platform, money) : {};
    return unknown(about, code, verdict.text, { evidence, retry: verdict.retry, ...inNoSum });
  }
  // A result's text goes without its subject's name.
  const said = verdict.text.replace(`${platform.name}, `, "");
  const text = `${said}${belowText(evidence.roas, breakEven)}${throughText(money, through)}`;
  if (finding === null) return ok(about, text, evidence);
  return found(about, {
    status: "warning",
    code: finding.code,
    text: `${text} ${finding.text}`,
    evidence,
    ...explained(finding.code, through),
    follows: finding.code === "days_differ" ? [behindOf(verdict, money)] : [],
  });
}

/** Amounts of revenue that are in no sum have no check of their own; those of spend have. */
function explainedByAmounts({ id, spend, revenue }: Platform, money: Money | null) {
  const isSpend = money?.revenueUnreadable === 0;
  return {
    actions: [
      `Check the amounts of ${isSpend ? spend.id : revenue.source.id}; keep another currency in a source and a platform of its own`,
    ],
    follows: isSpend ? [{ check: "spend", subject: id } as const] : [],
  };
}

function explained(code: FindingCode, through: string | null) {
  if (code === "key_too_coarse")
    return { cause: null, actions: ["Fix the key of the clean view first: spend is too low until then"] };
  const until = through === null ? "" : `, ${formatDay(through)}`;
  return {
    cause: "One of the two has come further than the other.",
    actions: [`Read ROAS only as far as both are complete${until}`],
  };
}

/** No order attributed is a return of nothing, and known. */
function evidenceOf({ status, money, firstDay, lastDay, platform }: Verdict, breakEven: number) {
  const none = status === "unknown" ? null : "0";
  return {
    spend: money?.spend ?? null,
    spend_raw: money?.spendRaw ?? null,
    revenue: money?.revenue ?? none,
    roas: money?.roas ?? none,
    roas_raw: money?.roasRaw ?? none,
    break_even: breakEven,
    from: firstDay,
    to: lastDay,
    currency: platform.revenue.currency,
  };
}

function belowText(roas: string | null, breakEven: number): string {
  if (roas === null || Number(roas) >= breakEven) return "";
  return ` It costs more than it earns: break-even is ${formatNumber(breakEven, 2, 2)}.`;
}

function throughText({ lastSpendDay }: Money, through: string | null): string {
  if (through === null) return " The last complete day is unknown.";
  return lastSpendDay !== null && through < lastSpendDay
    ? ` Complete only through ${formatDay(through)}.`
    : "";
}

/** What ends first is behind, and its freshness explains the rest. */
function behindOf({ platform }: Verdict, { lastSpendDay, lastRevenueDay }: Money): ResultKey {
  const isSpend = (lastSpendDay ?? "") < (lastRevenueDay ?? "");
  return { check: "freshness", subject: isSpend ? platform.spend.id : platform.revenue.source.id };
}
