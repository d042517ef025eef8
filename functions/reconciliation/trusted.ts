import type { Window } from "../checks/table-stats/types.ts";
import type { Platform } from "../shared/config/types.ts";
import { addDays, dayOf } from "../shared/days.ts";

/** What is known of a source's days. */
export interface Delivered {
  readonly timeZone: string;
  /** When its newest row came; null where no row says when it came. */
  readonly newestArrival: Date | null;
  /** Newest day with rows, not later than today. */
  readonly newestDay: string | null;
  /** Days that should have rows by now and have none. */
  readonly missing: readonly string[];
}

/** Last day up to which spend and revenue of a platform are complete; null where nobody can tell. */
export interface Trusted {
  readonly platform: Platform;
  readonly spend: string | null;
  readonly revenue: string | null;
  readonly through: string | null;
}

/**
 * The last day up to which a source is complete. A day is complete when something arrived after it was over: until then
 * it may have been delivered in part. No day after one that is missing is, whatever came later. Pure.
 */
export function completeThrough(source: Delivered | null, window: Window): string | null {
  if (source === null || source.newestDay === null) return null;
  const { newestArrival, newestDay, timeZone, missing } = source;
  const [gap] = missing.filter((day) => day <= newestDay).toSorted();
  const running = newestArrival === null ? window.lastDay : dayOf(newestArrival, timeZone);
  const lastOver = addDays(running, -1);
  const whole = newestDay < lastOver ? newestDay : lastOver;
  return gap !== undefined && gap <= whole ? addDays(gap, -1) : whole;
}

/** The earlier of two days; null where one of them is not known. */
export function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return null;
  return a < b ? a : b;
}

/** Jointly: up to where all platforms can be compared. */
export function jointly(all: readonly Trusted[]): string | null {
  const [first, ...others] = all;
  return others.reduce((day, { through }) => earlier(day, through), first?.through ?? null);
}
