import { instantOf, isZone } from "./zones.ts";

const SECOND = 1_000_000n;
const MINUTE = 60n * SECOND;
const DAY = 1440n * MINUTE;
const MILLISECOND = 1000n;
const FIRST = -719_162n * DAY;
const END = 2_932_897n * DAY;
const FARTHEST_OFFSET = 14n * 60n;

const CLOCK = String.raw`(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?`;
const TIME = new RegExp(`^${CLOCK}$`);
const DATETIME = new RegExp(String.raw`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ Tt]${CLOCK})?$`);
const TIMESTAMP = new RegExp(
  String.raw`^(\d{4,5})-(\d{1,2})-(\d{1,2})(?:[ Tt]${CLOCK}([Zz]|[+-][\d:]+| [A-Za-z]\S+)?|[ Tt]([+-][\d:]+))?$`,
);
const OFFSET = /^([+-])(?:(\d{1,2})|(\d{1,2}):(\d{1,2})|(\d{2})(\d{1,2}))$/;

/** Digits of a fraction that CAST reads; those after the sixth are cut off. */
export const CAST_DIGITS = 9;

/** Microseconds since midnight; undefined when there is no such time. A leap second is the next one. */
function clock(
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction = "",
  digits = CAST_DIGITS,
): bigint | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60 || fraction.length > digits) {
    return undefined;
  }
  const seconds = (BigInt(hour ?? 0) * 60n + BigInt(minute ?? 0)) * 60n + BigInt(second ?? 0);
  return seconds * SECOND + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}

/** Microseconds from 1970 to a day's start; undefined when there is no such day. */
function day(
  year: string | undefined,
  month: string | undefined,
  of: string | undefined,
): bigint | undefined {
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(of));
  const exists =
    Number(year) > 0 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(of);
  return exists ? BigInt(date.getTime()) * MILLISECOND : undefined;
}

/** Minutes of `+2`, `+02`, `+02:30`, `+0230`; undefined beyond 14 hours. */
function offsetMinutes(text: string): bigint | undefined {
  const [, sign, whole, hours, minutes, joined, rest] = OFFSET.exec(text) ?? [];
  if (sign === undefined || Number(minutes ?? rest ?? 0) > 59) return undefined;
  const total = BigInt(whole ?? hours ?? joined ?? 0) * 60n + BigInt(minutes ?? rest ?? 0);
  if (total > FARTHEST_OFFSET) return undefined;
  return sign === "-" ? -total : total;
}

/** The instant of a civil time in a zone by name or offset; undefined when there is no such zone. */
function inZone(civil: bigint, zone: string): bigint | undefined {
  const offset = /^UTC$|^[Zz]$/.test(zone) ? 0n : offsetMinutes(zone.replace(/^UTC(?=[+-])/, ""));
  if (offset !== undefined) return civil - offset * MINUTE;
  if (!isZone(zone)) return undefined;
  const rest = ((civil % SECOND) + SECOND) % SECOND;
  return BigInt(instantOf(Number((civil - rest) / MILLISECOND), zone)) * MILLISECOND + rest;
}

function checked(micros: bigint | undefined, what: string, text: string): bigint {
  if (micros === undefined || micros < FIRST || micros >= END) throw new Error(`Invalid ${what}: ${text}`);
  return micros;
}

/**
 * Microseconds since 1970 of a text that tells an instant.
 * @param zone where a text without a zone belongs; a text with one is then refused. Empty: UTC, and the text may have one
 * @param digits most digits of a fraction
 */
export function timestampOfText(text: string, zone: string, digits: number): bigint {
  const [, year, month, of, hour, minute, second, fraction, ofClock, ofDay] = TIMESTAMP.exec(text) ?? [];
  const own = ofClock ?? ofDay;
  const start = day(year, month, of);
  const since = clock(hour, minute, second, fraction, digits);
  const refused = start === undefined || since === undefined || (zone !== "" && own !== undefined);
  return checked(
    refused ? undefined : inZone(start + since, own?.trim() || zone || "UTC"),
    "timestamp",
    text,
  );
}

/** A civil time has no fraction of a leap second, an instant has. */
const whole = (micros: bigint, second: string | undefined) =>
  second === "60" ? micros - (micros % SECOND) : micros;

/** Microseconds of a civil time as if it were of UTC. */
export function datetimeOfText(text: string, digits: number): bigint {
  const [, year, month, of, hour, minute, second, fraction] = DATETIME.exec(text) ?? [];
  const start = day(year, month, of);
  const since = clock(hour, minute, second, fraction, digits);
  const micros = start === undefined || since === undefined ? undefined : start + whole(since, second);
  return checked(micros, "datetime string", text);
}

/** Microseconds since midnight. */
export function timeOfText(text: string): bigint {
  const [found, hour, minute, second, fraction] = TIME.exec(text) ?? [];
  const since = found === undefined ? undefined : clock(hour, minute, second, fraction);
  return checked(since === undefined ? undefined : whole(since, second) % DAY, "time string", text);
}
