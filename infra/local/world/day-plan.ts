import { DAY_MS } from "./calendar.ts";

/**
 * One day of one stream: `slots` things happen, the first `morning` of them
 * evenly before noon, the others evenly after it (UTC). What a thing is follows
 * from its day and slot, so rows can be made for any window in any order.
 */
export interface DayPlan {
  readonly day: number;
  readonly slots: number;
  readonly morning: number;
}

/** The slots `from` ≤ slot < `to` of a day. */
export interface Slice<Plan extends DayPlan> {
  readonly plan: Plan;
  readonly from: number;
  readonly to: number;
}

/** How many of a day's things have happened before `at` (milliseconds since 1970). */
export function slotsBefore(plan: DayPlan, at: number): number {
  const half = DAY_MS / 2;
  const elapsed = at - plan.day * DAY_MS;
  const happened = (slots: number, ms: number) =>
    Math.min(slots, Math.max(0, Math.ceil((slots * ms) / half - 0.5)));
  return happened(plan.morning, elapsed) + happened(plan.slots - plan.morning, elapsed - half);
}

/** What happens from `from` (inclusive) to `to` (exclusive), by day; milliseconds since 1970. */
export function slicesBetween<Plan extends DayPlan>(
  planOf: (day: number) => Plan,
  from: number,
  to: number,
): Slice<Plan>[] {
  const slices: Slice<Plan>[] = [];
  for (let day = Math.floor(from / DAY_MS); day * DAY_MS < to; day++) {
    const plan = planOf(day);
    const slice = { plan, from: slotsBefore(plan, from), to: slotsBefore(plan, to) };
    if (slice.to > slice.from) slices.push(slice);
  }
  return slices;
}

/** DuckDB SQL: microseconds since 1970 at which slot `slot` of (day, slots, morning) happens. */
export function happenedUsSql(slot: string): string {
  const half = "43200000000::BIGINT";
  return `(day::BIGINT * 86400000000 + CASE WHEN ${slot} < morning
    THEN (2 * ${slot} + 1) * ${half} // (2 * morning)
    ELSE ${half} + (2 * (${slot} - morning) + 1) * ${half} // (2 * (slots - morning)) END)`;
}

/** A list of integers and quoted texts as a relation with these columns; an empty list is an empty one. */
export function valuesSql(
  columns: readonly string[],
  rows: readonly (readonly (number | string)[])[],
): string {
  const row = (values: readonly (number | string)[]) =>
    `(${values.map((value) => (typeof value === "number" ? value : `'${value}'`)).join(",")})`;
  const list =
    rows.length > 0
      ? `(VALUES ${rows.map(row).join(",")})`
      : `(SELECT * FROM (VALUES ${row(columns.map(() => 0))}) LIMIT 0)`;
  return `${list} AS slices(${columns.join(", ")})`;
}
