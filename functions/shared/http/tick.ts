import { BadRequestError } from "../errors.ts";
import { isCalendarDay, parseInstant } from "../instant.ts";

/** The header Cloud Scheduler sends with every attempt of one scheduled run, the same each time. */
const scheduleHeader = "x-cloudscheduler-scheduletime";

/** Clocks differ; schedulers do not call a day early. */
const maxAheadMs = 86_400_000;

export interface Tick {
  /** The instant to decide by. */
  readonly now: Date;
  /** Whether Cloud Scheduler named it; a call by hand has the wall clock's. */
  readonly scheduled: boolean;
}

export interface Headers {
  readonly [name: string]: string | readonly string[] | undefined;
}

/** @throws BadRequestError when the header is no instant. */
export function tickOf(headers: Headers, wallClock: () => Date): Tick {
  const header = headers[scheduleHeader];
  if (header === undefined) return { now: wallClock(), scheduled: false };
  const now = parseInstant(String(header));
  if (now === null) {
    throw new BadRequestError(
      "X-CloudScheduler-ScheduleTime is no instant; write it as 2026-02-08T12:00:00Z",
    );
  }
  // Whatever has decided for a tick silences all before it: one slip of the pen would silence a function for years.
  if (now.getTime() > wallClock().getTime() + maxAheadMs) {
    throw new BadRequestError(
      `X-CloudScheduler-ScheduleTime is in the future: it is ${wallClock().toISOString()} now`,
    );
  }
  return { now, scheduled: true };
}

/**
 * `?as_of=`: an instant, or a day, which means its end in UTC (but never later than now).
 * @throws BadRequestError when it is neither, or in the future
 */
export function asOf(text: string, now: Date): Date {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && isCalendarDay(text);
  const instant = parseInstant(isDay ? `${text}T00:00:00Z` : text);
  if (instant === null) {
    throw new BadRequestError(
      "as_of is no instant; write it as 2026-02-08T12:00:00Z or, for the end of a day, 2026-02-08",
    );
  }
  if (instant > now) throw new BadRequestError(`as_of is in the future: it is ${now.toISOString()} now`);
  if (!isDay) return instant;
  return new Date(Math.min(instant.getTime() + 86_400_000, now.getTime()));
}
