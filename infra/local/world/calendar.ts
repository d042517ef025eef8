export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** Days since 1970-01-01 in UTC, which is how a plan counts days. */
export function dayNumber(at: Date | number | string): number {
  return Math.floor((typeof at === "object" ? at.getTime() : new Date(at).getTime()) / DAY_MS);
}

/** @returns `YYYY-MM-DD` */
function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** @returns `YYYYMMDD`, as a date-sharded table's suffix has it */
export function shardSuffix(day: number): string {
  return isoDay(day).replaceAll("-", "");
}
