import type { Source } from "../../shared/config/types.ts";
import { formatCount, formatDay, formatMoney, formatNumber } from "../../shared/report/format.ts";
import type { Impact } from "../result.ts";
import type { Window } from "../table-stats/types.ts";

/** The money of a day; null if no amount is readable. */
export interface DayMoney {
  readonly day: string;
  readonly amount: number | null;
}

/**
 * Money of missing days: their number × the mean of the complete days in the window that hold amounts. The
 * range uses the lowest and the highest of those days instead of the mean. Complete days are those before the
 * newest day with rows, which is not over yet or was cut short by an outage. Null without money or without a
 * complete day.
 *
 * @param missing days
 * @param newestDay the newest day with rows, today at the latest
 */
export function impactOf(
  { money: of }: Pick<Source, "money">,
  missing: number,
  newestDay: string,
  money: readonly DayMoney[] | null,
  { firstDay }: Window,
): Impact | null {
  const complete = (money ?? [])
    .filter(({ day }) => day >= firstDay && day < newestDay)
    .flatMap(({ day, amount }) => (amount === null ? [] : [{ day, amount }]));
  if (of === null || complete.length === 0) return null;
  const amounts = complete.map(({ amount }) => amount);
  const mean = amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length;
  const days = complete.map(({ day }) => day).sort();
  const [first = "", last = ""] = [days[0], days.at(-1)];
  const which =
    days.length === 1
      ? `what ${formatDay(first)} holds, the only complete day with amounts`
      : `the mean of the ${formatNumber(days.length)} complete days with amounts from ${formatDay(first)} to ${formatDay(last)}`;
  return {
    amount: mean * missing,
    low: Math.min(...amounts) * missing,
    high: Math.max(...amounts) * missing,
    currency: of.currency,
    what: `${of.kind} not visible`,
    basis:
      `${formatCount(missing, "day")} × ${formatMoney(mean, of.currency)} a day, ${which}` +
      (days.length === 1 ? "" : "; the range is from their lowest to their highest day"),
  };
}
