import { addDays } from "../days.ts";
import { instantFormat, numberFormat } from "../formats.ts";

/** The format of numbers, money and times in all reports and messages. Pure; English; UTC. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const unknown = "unknown";

/**
 * A length of time: "42 s", "35 min", "7.5 h", "51 h", "6.0 days". Hours up to three days, because thresholds
 * are given in hours; then days.
 *
 * @param ms milliseconds; rounded to the nearest shown step, negative allowed
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return unknown;
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < minute) return `${Math.round(ms / 1000)} s`;
  if (ms < hour) return `${Math.round(ms / minute)} min`;
  if (ms < 3 * day) return formatHours(ms);
  return `${formatNumber(ms / day, 1, 1)} days`;
}

/**
 * The same, always in hours, for columns that are compared: "7.5 h", "51 h", "1,440 h".
 *
 * @param ms milliseconds
 */
export function formatHours(ms: number): string {
  if (!Number.isFinite(ms)) return unknown;
  const hours = ms / hour;
  return `${formatNumber(hours, Math.abs(hours) < 10 ? 1 : 0)} h`;
}

/**
 * Short money: "$120K", "$1.2M", "€950", "CA$5.9K"; at least two significant digits.
 *
 * @param currency ISO 4217; an unknown code is written before the amount
 */
export function formatMoney(amount: number, currency: string): string {
  if (!Number.isFinite(amount)) return unknown;
  try {
    return numberFormat({ style: "currency", currency, notation: "compact" }).format(amount);
  } catch {
    return `${currency} ${numberFormat({ notation: "compact" }).format(amount)}`;
  }
}

/** "159,342"; at most `digits` after the point, at least `least`. */
export function formatNumber(value: number, digits = 2, least = 0): string {
  if (!Number.isFinite(value)) return unknown;
  const format = numberFormat({
    maximumFractionDigits: digits,
    minimumFractionDigits: least,
  });
  return format.format(value);
}

/** "1 row", "159,342 rows". */
export function formatCount(count: number, one: string): string {
  return `${formatNumber(count)} ${one}${count === 1 ? "" : "s"}`;
}

/** "20.9 %" for 0.209; "unknown" if the share is not a number. */
export function formatPercent(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${formatNumber(share * 100, digits)} %` : unknown;
}

const byteUnits = ["B", "kB", "MB", "GB", "TB", "PB"];

/**
 * "819 MB", "3.6 GB": in thousands, as BigQuery bills and shows sizes. One digit after the point below ten.
 *
 * @param bytes never negative
 */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return unknown;
  let [size, at] = [bytes, 0];
  // An amount that would round to 1,000 is shown as one of the next unit.
  while (Math.round(size) >= 1_000 && at < byteUnits.length - 1) {
    size /= 1_000;
    at += 1;
  }
  return `${formatNumber(size, size < 10 ? 1 : 0)} ${byteUnits[at]}`;
}

/** "2 Feb 2026 12:00 UTC", without seconds. */
export function formatInstant(instant: Date): string {
  if (Number.isNaN(instant.getTime())) return unknown;
  const clock = instant.toISOString().slice(11, 16);
  return `${formatDay(instant)} ${clock} UTC`;
}

/**
 * "2 Feb 2026".
 *
 * @param value an instant, whose UTC day is meant, or a calendar day `2026-02-02`
 */
export function formatDay(value: Date | string): string {
  const date = typeof value === "string" ? new Date(`${value.slice(0, 10)}T00:00:00Z`) : value;
  if (Number.isNaN(date.getTime())) return unknown;
  const month = instantFormat("en-US", { month: "short", timeZone: "UTC" }).format(date);
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
}

/**
 * "3 to 7 Feb 2026", "30 Jan to 2 Feb and 5 Feb 2026": neighbours as ranges, a year said once where it stays the same.
 *
 * @param days calendar days, in whatever order
 */
export function formatDays(days: readonly string[]): string {
  const runs: { readonly first: string; last: string }[] = [];
  for (const day of [...new Set(days)].sort()) {
    const run = runs.at(-1);
    if (run !== undefined && addDays(run.last, 1) === day) run.last = day;
    else runs.push({ first: day, last: day });
  }
  const said = runs.map(({ first, last }, at) => {
    const next = runs[at + 1]?.first;
    const end = next !== undefined && isSameYear(last, next) ? withoutYear(last) : formatDay(last);
    if (first === last) return end;
    const isSameMonth = first.slice(0, 7) === last.slice(0, 7);
    return `${isSameMonth ? Number(first.slice(8)) : isSameYear(first, last) ? withoutYear(first) : formatDay(first)} to ${end}`;
  });
  return said.length === 0 ? "no day" : formatList(said);
}

/** "a, b and c" */
export function formatList(all: readonly string[]): string {
  return all.length < 2 ? (all[0] ?? "") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

function isSameYear(a: string, b: string): boolean {
  return a.slice(0, 4) === b.slice(0, 4);
}

function withoutYear(day: string): string {
  return formatDay(day).replace(/ \d{4}$/, "");
}
