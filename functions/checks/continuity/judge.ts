import type { Source } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import { addDays, daysBetween, endOfDay } from "../../shared/days.ts";
import { formatCount, formatDay, formatDays } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { type EvidenceQuery, found, notRead, ok, type Result, unknown } from "../result.ts";
import { dayOf, windowParams } from "../table-stats/evidence.ts";
import type { Window } from "../table-stats/types.ts";
import { type DayMoney, impactOf } from "./impact.ts";

/** The days that have rows, and the first day that could have any. */
export interface Presence {
  readonly source: Source;
  /** Business days with at least one row, in any order; days in the future are ignored. */
  readonly days: readonly string[] | WarehouseError;
  /** When the newest row arrived; null if no row says when it arrived. */
  readonly newestArrival: Date | null;
  /** The first day that could have rows; earlier days are not missing. */
  readonly expectedFrom: string;
  /** The money of the days; null if the source has no money. */
  readonly money: readonly DayMoney[] | null;
}

/**
 * Checks that every day of the window before today has rows.
 *
 * A day is due when freshness would call the source stale without it: when the day before, as the newest one,
 * has been over for `warnAfterMs` or longer. Missing days after the newest day with rows are a tail, which
 * freshness explains. Missing days before it are gaps, which no other check finds; they are critical at once.
 * A tail is a warning once the source is stale and critical once the source is critical: a loader that brings
 * yesterday's rows at noon is on time in the morning. Pure.
 */
export function judgeContinuity(
  { source, days, newestArrival, expectedFrom, money }: Presence,
  window: Window,
  now: Date,
): Result {
  const about = { check: "continuity", subject: source.id, owner: source.owner } as const;
  if (days instanceof WarehouseError) return notRead(about, days);
  const newest = days
    .filter((day) => day <= window.lastDay)
    .toSorted()
    .at(-1);
  if (newest === undefined)
    return unknown(about, "no_days", `No row has a day up to ${formatDay(window.lastDay)}.`);

  const startOf = (day: string) => endOfDay(addDays(day, -1), source.timeZone);
  const reached = (day: string, ms: number) => startOf(day).getTime() + ms <= now.getTime();
  // Like freshness: a day is judged by its age when the newest row arrived; the time since then is judged by
  // the age of that row.
  const isLate = (ms: number) =>
    newestArrival === null || newestArrival > now
      ? reached(addDays(newest, 1), ms)
      : newestArrival.getTime() + ms <= now.getTime() ||
        endOfDay(newest, source.timeZone).getTime() + ms <= newestArrival.getTime();
  const isTailDue = isLate(source.warnAfterMs);
  const due = daysOf(window).filter(
    (day) => day >= expectedFrom && reached(day, source.warnAfterMs) && (day <= newest || isTailDue),
  );
  const present = new Set(days);
  const missing = due.filter((day) => !present.has(day));
  const gaps = missing.filter((day) => day < newest);
  const evidence = {
    missing,
    missing_days: missing.length,
    gaps: gaps.length,
    due_days: due.length,
    newest_day: newest,
  };
  const [first] = missing;
  if (first === undefined) {
    const text = due.length === 0 ? "No day is due yet." : `All ${which(due, window)} have rows.`;
    return ok(about, text, evidence);
  }
  const counted = `${missing.length} of the ${which(due, window)} ${missing.length === 1 ? "has" : "have"} no rows`;
  return found(about, {
    status: gaps.length > 0 || isLate(source.criticalAfterMs) ? "critical" : "warning",
    code: "missing_days",
    text: `${counted}: ${formatDays(missing)}.`,
    evidence,
    cause: causeOf(source, gaps, missing.length > gaps.length ? newest : null),
    // If there are gaps, the tail is left out: freshness already counts its money.
    impact: impactOf(source, gaps.length || missing.length, newest, money, window),
    actions: actionsOf(source, gaps),
    since: startOf(first),
    follows: gaps.length === 0 ? [{ check: "freshness", subject: source.id }] : [],
    query: queryOf(source, window),
  });
}

/** The days before today, because today is not over. */
function daysOf({ firstDay, lastDay }: Window): string[] {
  return daysBetween(firstDay, addDays(lastDay, -1));
}

/** "30 days before 8 Feb 2026", or the number of days that are due. */
function which(due: readonly string[], window: Window): string {
  const count = formatCount(due.length, "day");
  return due.length === daysOf(window).length
    ? `${count} before ${formatDay(window.lastDay)}`
    : `${count} due, ${formatDays(due)},`;
}

/** @param silentSince the newest day with rows, if nothing arrived after it */
function causeOf(
  { connector: { name } }: Source,
  gaps: readonly string[],
  silentSince: string | null,
): string {
  const sentences = [
    ...(gaps.length === 0
      ? []
      : [
          `Later days have rows, so ${name} went on and passed over ${formatDays(gaps)}: probably runs that failed, and that none since reached back to.`,
        ]),
    ...(silentSince === null
      ? []
      : [`No rows have arrived for any day after ${formatDay(silentSince)}: probably ${name} has stopped.`]),
  ];
  return sentences.join(" ");
}

function actionsOf({ id, owner, connector, runbook }: Source, gaps: readonly string[]): readonly string[] {
  const steps = [
    ...connector.runbook,
    ...runbook,
    ...(gaps.length === 0 ? [] : [`Have the connector deliver ${formatDays(gaps)} again (backfill)`]),
  ];
  if (steps.length > 0) return [...new Set(steps)];
  return [`Ask ${owner}: there is no runbook for ${id} in the warehouse file`];
}

function queryOf(source: Source, window: Window): EvidenceQuery {
  return {
    statement: "continuity/evidence",
    inputs: {
      names: { table: nameOf(source.table), business_day: dayOf(source) },
      ...windowParams(source.timeZone, window),
    },
  };
}
