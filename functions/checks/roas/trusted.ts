import type { Platform, Source } from "../../shared/config/types.ts";
import { addDays, dayOf } from "../../shared/days.ts";
import { continuity } from "../continuity/check.ts";
import { type CheckInput, statsOrNull, windowIn } from "../input.ts";
import type { Result } from "../result.ts";
import type { Window } from "../table-stats/types.ts";

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

/** Last day up to which spend and revenue of a platform are complete; null if unknown. */
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

/** How far spend and revenue of each platform are complete. */
export function trustedOf(input: CheckInput): Trusted[] {
  const days = continuity.judge(input);
  const through = (source: Source) =>
    completeThrough(deliveredBy(source, days, input), windowIn(source, input));
  return input.file.platforms.map((platform) => {
    const [spend, revenue] = [through(platform.spend), through(platform.revenue.source)];
    return { platform, spend, revenue, through: earlier(spend, revenue) };
  });
}

function deliveredBy(source: Source, days: readonly Result[], input: CheckInput): Delivered | null {
  const reading = statsOrNull(source, input);
  if (reading === null) return null;
  const missing = days.find(({ subject }) => subject === source.id)?.evidence.missing;
  return {
    timeZone: source.timeZone,
    // Of that very day: what comes later may be a correction of an old one.
    newestArrival:
      reading.days.find(({ day }) => day === reading.newestDay)?.newestArrival ?? reading.newestArrival,
    newestDay: reading.newestDay,
    missing: Array.isArray(missing) ? missing : [],
  };
}
