import type { Source } from "../../shared/config/types.ts";
import { addDays, dayOf, endOfDay } from "../../shared/days.ts";
import type { MoneyImpact } from "../result.ts";
import { estimateImpact } from "./impact.ts";

/** One business day, as it was when the outage began and as it is now. Days without rows are left out. */
export interface OutageDay {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** Null if no row of that time holds a readable amount. */
  readonly amountThen: number | null;
  readonly amountNow: number | null;
  /** Null if no row of the day had arrived. */
  readonly newestArrivalThen: Date | null;
  /** Null if no row of the day has arrived since. */
  readonly firstArrivalSince: Date | null;
}

/** The data that one source did not deliver during an outage, and how much of it has arrived since. */
export interface Backlog {
  readonly source: Source;
  /**
   * As a tick would have estimated it at the end of the outage; null if no earlier day shows a typical
   * amount.
   */
  readonly notVisible: MoneyImpact | null;
  /**
   * Money of the outage's days that has arrived since: exact, including restated amounts of its first day.
   */
  readonly arrived: number;
  /** Days that lie completely in the outage and could be expected by now. */
  readonly wholeDays: readonly string[];
  /** Those of them without rows. */
  readonly missingDays: readonly string[];
  /** The first and the last day, if the outage covered only a part of them and something arrived for it. */
  readonly partialDays: readonly string[];
  /** The day on which the outage began, if nothing has arrived for the rest of it. */
  readonly restMissing: string | null;
}

/**
 * The outage began with the newest row that had arrived by then, and not after the newest day; an impact uses
 * the same rule. It ended with the first later day that arrived on time; days that were filled in afterwards
 * do not end it. Null for a source that was never stale by these rules: it could not be checked, or another
 * source of the incident was stale. Pure.
 *
 * A day counts as missing only if a later one is there, or one more delivery was due after its end.
 */
export function backlogOf(
  source: Source,
  days: readonly OutageDay[],
  { began, over }: { readonly began: Date; readonly over: Date },
): Backlog | null {
  const { timeZone, connector, warnAfterMs } = source;
  const endOf = (day: string) => endOfDay(day, timeZone).getTime();
  const newest = newestDayThen(days, dayOf(began, timeZone));
  const from = silentFrom(days, newest, began, endOf);
  const until = silentUntil(days, newest, over, (it, at) => at.getTime() - endOf(it.day) < warnAfterMs);
  if (until.getTime() - from.getTime() < warnAfterMs) return null;

  const firstDay = dayOf(from, timeZone);
  const takesAllOfFirst = endOf(addDays(firstDay, -1)) === from.getTime();
  const lastDay = dayOf(until, timeZone);
  const inOutage = daysBetween(firstDay, lastDay);
  const known = new Map(days.map((it) => [it.day, it]));
  const came = (day: string) => (known.get(day)?.firstArrivalSince ?? null) !== null;
  const isDue = (day: string) =>
    endOf(day) + connector.everyMs <= over.getTime() || days.some((it) => it.day > day);
  const isPartial = (day: string) => (day === firstDay && !takesAllOfFirst) || day === lastDay;
  const whole = inOutage.filter((day) => !isPartial(day) && (known.has(day) || isDue(day)));
  const before = days.flatMap(({ day, amountThen, newestArrivalThen }) =>
    newestArrivalThen === null ? [] : [{ day, amount: amountThen, newestArrival: newestArrivalThen }],
  );
  return {
    source,
    notVisible: estimateImpact({ source, visibleThrough: from }, before, until),
    arrived: inOutage
      .flatMap((day) => known.get(day) ?? [])
      .reduce((sum, { amountThen, amountNow }) => sum + (amountNow ?? 0) - (amountThen ?? 0), 0),
    wholeDays: whole,
    missingDays: whole.filter((day) => !known.has(day)),
    partialDays: inOutage.filter((day) => isPartial(day) && came(day)),
    restMissing: !takesAllOfFirst && !came(firstDay) && isDue(firstDay) ? firstDay : null,
  };
}

/** Rows may have days in the future; those do not show that the source is fresh. */
function newestDayThen(days: readonly OutageDay[], today: string): string | null {
  const seen = days.filter(({ day, newestArrivalThen }) => newestArrivalThen !== null && day <= today);
  return (
    seen
      .map(({ day }) => day)
      .sort()
      .at(-1) ?? null
  );
}

function silentFrom(
  days: readonly OutageDay[],
  newest: string | null,
  began: Date,
  endOf: (day: string) => number,
): Date {
  if (newest === null) return began;
  const arrivals = days.flatMap(({ newestArrivalThen }) => newestArrivalThen?.getTime() ?? []);
  return new Date(Math.min(began.getTime(), Math.max(...arrivals), endOf(newest)));
}

function silentUntil(
  days: readonly OutageDay[],
  newest: string | null,
  over: Date,
  isOnTime: (day: OutageDay, at: Date) => boolean,
): Date {
  const later = days.filter(({ day }) => newest === null || day > newest);
  // The outage lies within one day, and there is no later day yet.
  const candidates = later.length > 0 ? later : days.filter(({ day }) => day === newest);
  const onTime = candidates.flatMap((it) =>
    it.firstArrivalSince !== null && isOnTime(it, it.firstArrivalSince)
      ? [it.firstArrivalSince.getTime()]
      : [],
  );
  return new Date(Math.min(over.getTime(), ...onTime));
}

function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}
