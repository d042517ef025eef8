import { argument } from "../arguments.ts";
import type { Call } from "../context.ts";
import { Unsupported } from "../unsupported.ts";

/** By the number the analyzer gives each part. */
const PARTS = [
  "",
  "YEAR",
  "MONTH",
  "DAY",
  "DAYOFWEEK",
  "DAYOFYEAR",
  "QUARTER",
  "HOUR",
  "MINUTE",
  "SECOND",
  "MILLISECOND",
  "MICROSECOND",
  "NANOSECOND",
  "DATE",
  "WEEK",
  "DATETIME",
  "TIME",
  "ISOYEAR",
  "ISOWEEK",
  "WEEK_MONDAY",
  "WEEK_TUESDAY",
  "WEEK_WEDNESDAY",
  "WEEK_THURSDAY",
  "WEEK_FRIDAY",
  "WEEK_SATURDAY",
];

export function datePartOf(sql: string): string {
  const part = PARTS[Number(sql)];
  if (!part) throw new Unsupported("this date part");
  return part;
}

/** The date part given as argument `index`. */
export const datePart = (call: Call, index: number) => datePartOf(argument(call, index));

/** Day on which a week begins, counted from Sunday. */
export const WEEK_STARTS: Readonly<Record<string, number>> = {
  WEEK: 0,
  WEEK_MONDAY: 1,
  ISOWEEK: 1,
  WEEK_TUESDAY: 2,
  WEEK_WEDNESDAY: 3,
  WEEK_THURSDAY: 4,
  WEEK_FRIDAY: 5,
  WEEK_SATURDAY: 6,
};

const CALENDAR: Readonly<Record<string, string>> = {
  YEAR: "to_years(CAST(# AS INTEGER))",
  QUARTER: "to_months(CAST(3 * (#) AS INTEGER))",
  MONTH: "to_months(CAST(# AS INTEGER))",
  WEEK: "to_days(CAST(7 * (#) AS INTEGER))",
  DAY: "to_days(CAST(# AS INTEGER))",
};

const CLOCK: Readonly<Record<string, string>> = {
  HOUR: "to_hours(#)",
  MINUTE: "to_minutes(#)",
  SECOND: "to_microseconds(1000000 * (#))",
  MILLISECOND: "to_microseconds(1000 * (#))",
  MICROSECOND: "to_microseconds(#)",
};

/** A DuckDB interval of `amount` (INT64) parts. */
export function interval(amount: string, part: string): string {
  const form = CALENDAR[part] ?? CLOCK[part];
  if (!form) throw new Unsupported(`INTERVAL … ${part}`);
  return form.replace("#", amount);
}

/** `sql` of type `from` moved by an interval; the result, of type `to`, must be a date that exists. */
export function shifted(sql: string, amount: string, part: string, from: string, to: string): string {
  if (from === "TIMESTAMP" && !(part in CLOCK) && part !== "DAY")
    throw new Unsupported(`TIMESTAMP + INTERVAL … ${part}`);
  if (from === "TIME") return `(${sql} + ${interval(amount, part)})`;
  const moved = `${sql} + ${interval(amount, part)}`;
  if (to === "DATE") return `bq_checked_date(CAST(${moved} AS DATE))`;
  if (to === "DATETIME") return `bq_checked_datetime(CAST(${moved} AS TIMESTAMP))`;
  if (to === "TIMESTAMP") return `bq_checked_timestamp(${moved})`;
  throw new Unsupported(`${from} + INTERVAL … ${part}`);
}
