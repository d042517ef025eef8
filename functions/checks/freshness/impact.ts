import { addDays, dayMs, dayOf } from "../../shared/days.ts";
import { formatDay, formatMoney } from "../../shared/report/format.ts";
import type { DayMoney, Impact, Verdict } from "./types.ts";

/** As many days as a week has, so that weekends weigh as they do. */
const typicalDays = 7;

/** The last complete business days before the source fell silent; inclusive, `YYYY-MM-DD`. */
export function typicalPeriod(
  visibleThrough: Date,
  timeZone: string,
): { readonly first: string; readonly last: string } {
  const partial = dayOf(visibleThrough, timeZone);
  return { first: addDays(partial, -typicalDays), last: addDays(partial, -1) };
}

/**
 * Money that passed since the source fell silent and cannot be seen: the mean of the
 * last 7 complete business days × the days missing. The range takes the lowest and
 * the highest of those days instead of their mean.
 *
 * Null when the source carries no money or none of those days holds any.
 */
export function estimateImpact(verdict: Verdict, days: readonly DayMoney[], now: Date): Impact | null {
  const { money, timeZone } = verdict.source;
  if (money === null || verdict.visibleThrough === null) return null;
  const { first, last } = typicalPeriod(verdict.visibleThrough, timeZone);
  const amounts = days.filter(({ day }) => day >= first && day <= last).map(({ amount }) => amount);
  if (amounts.length === 0) return null;

  const missing = (now.getTime() - verdict.visibleThrough.getTime()) / dayMs;
  const mean = amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length;
  const gaps = amounts.length < typicalDays ? `, of which ${typicalDays - amounts.length} hold none` : "";
  return {
    amount: mean * missing,
    low: Math.min(...amounts) * missing,
    high: Math.max(...amounts) * missing,
    currency: money.currency,
    kind: money.kind,
    basis:
      `${missing.toFixed(1)} days × ${formatMoney(mean, money.currency)} a day, the mean of the last ` +
      `${typicalDays} complete days (${formatDay(first)} to ${formatDay(last)}${gaps}); ` +
      "the range takes their lowest and highest day",
  };
}
