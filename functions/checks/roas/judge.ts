import { dayMs } from "../../shared/days.ts";
import { formatDay, formatNumber } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import type { Money, Observation, Verdict } from "./types.ts";

/**
 * Pure: money of a platform → its return on ad spend, and whether to believe it. Without spend or without revenue
 * nobody can tell; where one goes on for more than a day longer than the other, the ratio misleads.
 */
export function judge({ platform, firstDay, lastDay, money }: Observation): Verdict {
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
  const finding = findingOf(window, money);
  const isKnown = finding === null || finding.code === "days_differ";
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

function findingOf(
  { firstDay, lastDay }: Pick<Observation, "firstDay" | "lastDay">,
  money: Money,
): Verdict["finding"] {
  const days = `from ${formatDay(firstDay)} to ${formatDay(lastDay)}`;
  const { lastSpendDay, lastRevenueDay } = money;
  if (money.spend === null || Number(money.spend) <= 0 || lastSpendDay === null)
    return { code: "no_spend", text: `There is no spend ${days}, so there is no return on it.` };
  if (lastRevenueDay === null || (money.orders > 0 && money.revenue === null))
    return { code: "no_revenue", text: `No revenue can be read ${days}.` };
  const ahead = (Date.parse(lastRevenueDay) - Date.parse(lastSpendDay)) / dayMs;
  if (Math.abs(ahead) <= 1) return null;
  const ends = (what: string, day: string) => `${what} ${formatDay(day)}`;
  return {
    code: "days_differ",
    text:
      ahead > 0
        ? `${ends("Spend ends on", lastSpendDay)}, revenue goes on to ${formatDay(lastRevenueDay)}: ROAS is too high.`
        : `${ends("Revenue ends on", lastRevenueDay)}, spend goes on to ${formatDay(lastSpendDay)}: ROAS is too low.`,
  };
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
