import { addDays, dayOf, endOfDay } from "../../shared/days.ts";
import type { Decimal } from "../../shared/decimal.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { StatsFacts } from "../input.ts";
import { rememberedOf } from "../memory.ts";

/** A little longer than the window, because time zones may move it by a day. */
const daysKept = 35;

/**
 * Sums of the days of a source that are final by now. A stored sum is kept, so a change is reported until its
 * day leaves the window.
 */
export function finalSumsOf(source: string, facts: StatsFacts, now: Date): Record<string, Decimal> {
  const request = facts.plan.sources.get(source);
  const answer = request === undefined ? undefined : facts.answers.get(request);
  const known = rememberedOf(facts.memory, "late_changes", source)?.finalSums ?? {};
  if (request === undefined || answer === undefined || answer instanceof WarehouseError) return { ...known };
  const { timeZone, finalAfterMs } = request;
  if (finalAfterMs === null) return {};
  const firstDay = addDays(dayOf(now, timeZone), -daysKept);
  return Object.fromEntries(
    answer.days.flatMap(({ day, clean }): [string, Decimal][] => {
      if (day === null || clean === null || day < firstDay) return [];
      if (endOfDay(day, timeZone).getTime() + finalAfterMs > now.getTime()) return [];
      return [[day, known[day] ?? clean]];
    }),
  );
}
