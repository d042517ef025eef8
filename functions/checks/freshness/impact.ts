import { addDays, dayMs, dayOf, endOfDay } from "../../shared/days.ts";
import { formatDay, formatMoney } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { MoneyImpact } from "../result.ts";
import type { DayMoney, Verdict } from "./types.ts";

/** A week, so that each day of the week has the same weight. */
const typicalDays = 7;

/**
 * Whether the cost can be estimated: the source is stale since a known instant, and its rows carry money and
 * an arrival.
 */
export function hasPrice({ status, source, visibleThrough }: Verdict): boolean {
  const isSilent = status === "warning" || status === "critical";
  return isSilent && source.money !== null && source.arrival !== null && visibleThrough !== null;
}

/** Adds the cost of the outage. The source stays stale if the cost cannot be read. Pure. */
export function withPrice(verdict: Verdict, days: readonly DayMoney[] | WarehouseError, now: Date): Verdict {
  if (!(days instanceof WarehouseError)) return withImpact(verdict, days, now);
  return { ...verdict, notes: [...verdict.notes, `What it costs could not be read: ${days.message}`] };
}

/**
 * Money that passed since the source stopped and is not visible: the mean of the last 7 complete business
 * days × the days missing. The range uses the lowest and the highest of those days instead of the mean. Days
 * without money are left out of the mean, and the basis says so, because it is unknown whether the shop was
 * closed or the rows are missing.
 *
 * The rows of the estimate also contain the clocks, which a verdict from metadata alone lacks: the missing
 * days are counted from those. Pure.
 */
export function withImpact(verdict: Verdict, days: readonly DayMoney[], now: Date): Verdict {
  const seen = { ...verdict, ...clocksOf(verdict, days) };
  const unreadable = days.filter(({ amount }) => amount === null).length;
  const notes =
    unreadable === 0
      ? verdict.notes
      : [...verdict.notes, `${unreadable} days before it became stale have no readable amount.`];
  return { ...seen, notes, impact: estimateImpact(seen, days, now) };
}

function clocksOf(
  verdict: Verdict,
  days: readonly DayMoney[],
): Pick<Verdict, "arrival" | "businessDate" | "visibleThrough"> {
  const { arrival, businessDate, visibleThrough, source } = verdict;
  const newestDay = days
    .map(({ day }) => day)
    .sort()
    .at(-1);
  if (newestDay === undefined || visibleThrough === null) return { arrival, businessDate, visibleThrough };
  const newestArrival = new Date(Math.max(...days.map((day) => day.newestArrival.getTime())));
  const bounds = [visibleThrough, newestArrival, endOfDay(newestDay, source.timeZone)];
  return {
    arrival: arrival ?? newestArrival,
    businessDate: businessDate ?? (source.businessDate === null ? null : newestDay),
    visibleThrough: new Date(Math.min(...bounds.map((bound) => bound.getTime()))),
  };
}

/**
 * Between `visibleThrough` and `now`, by the rule above; null if the source carries no money or none of those
 * days holds any.
 */
export function estimateImpact(
  { source, visibleThrough }: Pick<Verdict, "source" | "visibleThrough">,
  days: readonly DayMoney[],
  now: Date,
): MoneyImpact | null {
  const { money, timeZone } = source;
  if (money === null || visibleThrough === null) return null;
  const partial = dayOf(visibleThrough, timeZone);
  const [first, last] = [addDays(partial, -typicalDays), addDays(partial, -1)];
  const amounts = days.filter(({ day }) => day >= first && day <= last).flatMap(({ amount }) => amount ?? []);
  if (amounts.length === 0) return null;

  const missing = (now.getTime() - visibleThrough.getTime()) / dayMs;
  const mean = amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length;
  const which =
    amounts.length === typicalDays
      ? `the last ${typicalDays} complete days`
      : `those ${amounts.length} of the last ${typicalDays} complete days that have any`;
  return {
    amount: mean * missing,
    low: Math.min(...amounts) * missing,
    high: Math.max(...amounts) * missing,
    currency: money.currency,
    kind: money.kind,
    basis:
      `${missing.toFixed(1)} days × ${formatMoney(mean, money.currency)} a day, the mean of ${which} ` +
      `(${formatDay(first)} to ${formatDay(last)}); the range is from their lowest to their highest day`,
  };
}
