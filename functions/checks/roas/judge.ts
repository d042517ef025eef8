import { dayMs } from "../../shared/days.ts";
import { formatCount, formatDay, formatNumber } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Money, Observation, Verdict } from "./types.ts";

/**
 * Pure: money of a platform → its return on ad spend, and whether to believe it. Without spend or without revenue,
 * and where an amount of either is in no sum, it is unknown; where one goes on for more than a day longer than the other, the ratio misleads, and where the key
 * of the clean spend is too coarse.
 *
 * @param coarse the view over the spend whose key is too coarse; null where none is known to be
 */
export function judge(
  { platform, firstDay, lastDay, money }: Observation,
  coarse: string | null = null,
): Verdict {
  const window = { platform, firstDay, lastDay };
  if (money instanceof WarehouseError) {
    const text = `Spend and revenue could not be read: ${money.message}`;
    return {
      ...window,
      status: "unknown",
      finding: { code: "not_checked", text },
      text,
      money: null,
      checked: false,
      retry: money.retry,
    };
  }
  const finding = unknownOf(window, money) ?? misleading(money, coarse);
  const isKnown = finding === null || finding.code === "days_differ" || finding.code === "key_too_coarse";
  return {
    ...window,
    status: finding === null ? "ok" : isKnown ? "warning" : "unknown",
    finding,
    text: isKnown ? roasText(window, money) : finding.text,
    money,
    checked: true,
    retry: false,
  };
}

function unknownOf(
  { platform, firstDay, lastDay }: Omit<Observation, "money">,
  money: Money,
): Verdict["finding"] {
  const days = `from ${formatDay(firstDay)} to ${formatDay(lastDay)}`;
  if (money.spend === null || Number(money.spend) <= 0 || money.lastSpendDay === null)
    return { code: "no_spend", text: `There is no spend ${days}, so there is no return on it.` };
  if (money.lastRevenueDay === null || (money.orders > 0 && money.revenue === null))
    return { code: "no_revenue", text: `No revenue can be read ${days}.` };
  return amountsInNoSum(money, platform.revenue.currency);
}

/** Of two sums of which one is incomplete no ratio is known. */
function amountsInNoSum({ revenueUnreadable, spendUnreadable }: Money, currency: string): Verdict["finding"] {
  const counted = [countOf(revenueUnreadable, "revenue"), countOf(spendUnreadable, "spend")].filter(Boolean);
  if (counted.length === 0) return null;
  const are = revenueUnreadable + spendUnreadable === 1 ? "is" : "are";
  return {
    code: "amounts_in_no_sum",
    text: `ROAS is unknown: ${counted.join(" and ")} cannot be read, or ${are} in another currency than ${currency}.`,
  };
}

function countOf(count: number, of: string): string | null {
  return count === 0 ? null : `${formatCount(count, "amount")} of ${of}`;
}

function misleading(money: Money, coarse: string | null): Verdict["finding"] {
  const days = daysText(money);
  if (coarse !== null) {
    const text =
      `The key of ${coarse} is too coarse, so clean spend leaves out rows that are no repeats: it is too low, and ROAS too high.` +
      (days === null ? "" : ` ${days}`);
    return { code: "key_too_coarse", text };
  }
  return days === null ? null : { code: "days_differ", text: days };
}

function daysText({ lastSpendDay, lastRevenueDay }: Money): string | null {
  if (lastSpendDay === null || lastRevenueDay === null) return null;
  const ahead = (Date.parse(lastRevenueDay) - Date.parse(lastSpendDay)) / dayMs;
  if (Math.abs(ahead) <= 1) return null;
  const [spend, revenue] = [formatDay(lastSpendDay), formatDay(lastRevenueDay)];
  return ahead > 0
    ? `Spend ends on ${spend}, revenue goes on to ${revenue}: ROAS is too high.`
    : `Revenue ends on ${revenue}, spend goes on to ${spend}: ROAS is too low.`;
}

/** No order attributed is a return of nothing, and known. */
function roasText({ platform, firstDay, lastDay }: Omit<Observation, "money">, money: Money): string {
  const currency = platform.revenue.currency;
  const ratio = (value: string | null) => formatNumber(Number(value ?? 0), 2, 2);
  const amount = (value: string | null) => `${formatNumber(Number(value ?? 0), 0)} ${currency}`;
  const raw =
    money.spendRaw === money.spend
      ? ""
      : ` Read from the raw table, spend is ${amount(money.spendRaw)} and ROAS ${ratio(money.roasRaw)}.`;
  return (
    `${platform.name}, ${formatDay(firstDay)} to ${formatDay(lastDay)}: revenue ${amount(money.revenue)} of ` +
    `${formatNumber(money.orders)} orders, spend ${amount(money.spend)}, ROAS ${ratio(money.roas)}.${raw}`
  );
}
