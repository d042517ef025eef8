import type { WarehouseFile } from "../../shared/config/types.ts";
import { addDays, dayMs, dayOf } from "../../shared/days.ts";
import type { Window } from "./types.ts";

/** Number of business days before today: the window of the audit, DATE_SUB(…, INTERVAL 30 DAY). */
const daysBack = 30;

/**
 * The last 30 business days, and today in a time zone. All tables begin with the same day, the earliest of
 * their time zones, because figures of two tables are compared day by day and neither may lack the first.
 */
export function windowOf(
  now: Date,
  timeZone: string,
  file: Pick<WarehouseFile, "timeZone" | "sources" | "pairs">,
): Window {
  const zones = [
    file.timeZone,
    timeZone,
    ...file.sources.map((source) => source.timeZone),
    ...file.pairs.flatMap(({ between }) => between.map((side) => side.timeZone)),
  ];
  const [earliest = ""] = [...new Set(zones)].map((zone) => dayOf(now, zone)).sort();
  return { firstDay: addDays(earliest, -daysBack), lastDay: dayOf(now, timeZone) };
}

/** Rows about the window arrived no earlier: a row arrives on its day or later. A day to spare for time zones. */
export function earliestArrivalOf({ firstDay }: Window): Date {
  return new Date(Date.parse(firstDay) - dayMs);
}
