import { quoteLiteral } from "../../types.ts";
import { argument, constantText, kindOf } from "../arguments.ts";
import { castSql } from "../casts.ts";
import type { Call, FunctionTable, FunctionTranslator } from "../context.ts";
import { returned } from "../expressions.ts";
import { Unsupported } from "../unsupported.ts";
import { isZone } from "../zones.ts";
import { datePart, shifted, WEEK_STARTS } from "./date-parts.ts";

/** Names only: an offset such as +02:00 has the other sign in ICU, which DuckDB asks. */
export function zone(call: Call, index: number): string {
  const sql = call.args[index];
  if (sql === undefined) return "'UTC'";
  const name = constantText(call.nodes[index], call.context);
  if (name === undefined) throw new Unsupported("a time zone that is not constant");
  if (!isZone(name)) {
    if (/^(?:UTC)?[+-]/.test(name)) {
      throw new Unsupported(`the time zone ${name}: give it by name, e.g. Europe/Berlin`);
    }
    return `CAST(bq_raise(${quoteLiteral(`Invalid time zone: ${name}`)}) AS VARCHAR)`;
  }
  return sql;
}

/** A timestamp as its civil time in a zone. */
const civil = (sql: string, tz: string) => `(${sql} AT TIME ZONE ${tz})`;

/** The instant of a civil time; of two, the first. */
const instant = (sql: string, tz: string) =>
  tz === "'UTC'" ? `(${sql} AT TIME ZONE 'UTC')` : `bq_instant(${sql}, ${tz})`;

/** The start of the part of time that `sql` (a civil time or date) falls in. */
function truncated(sql: string, part: string): string {
  const start = WEEK_STARTS[part];
  if (start === 1) return `date_trunc('week', ${sql})`;
  if (start !== undefined) {
    const days = `to_days(${(8 - start) % 7})`;
    return `(date_trunc('week', ${sql} + ${days}) - ${days})`;
  }
  if (part === "ISOYEAR") return `date_trunc('isoyear', ${sql})`;
  if (!/^(YEAR|QUARTER|MONTH|DAY|HOUR|MINUTE|SECOND|MILLISECOND|MICROSECOND)$/.test(part)) {
    throw new Unsupported(`truncation to ${part}`);
  }
  return `date_trunc('${part.toLowerCase()}', ${sql})`;
}

/** Number of boundaries of the part between two civil times or dates. */
function boundaries(later: string, earlier: string, part: string): string {
  const start = WEEK_STARTS[part];
  if (start !== undefined) return `(bq_week_index(${later}, ${start}) - bq_week_index(${earlier}, ${start}))`;
  if (part === "ISOYEAR") return `(extract(isoyear FROM ${later}) - extract(isoyear FROM ${earlier}))`;
  if (!/^(YEAR|QUARTER|MONTH|DAY|HOUR|MINUTE|SECOND|MILLISECOND|MICROSECOND)$/.test(part)) {
    throw new Unsupported(`difference in ${part}`);
  }
  return `date_diff('${part.toLowerCase()}', ${earlier}, ${later})`;
}

const MICROSECONDS: Readonly<Record<string, string>> = {
  DAY: "86400000000",
  HOUR: "3600000000",
  MINUTE: "60000000",
  SECOND: "1000000",
  MILLISECOND: "1000",
  MICROSECOND: "1",
};

function extracted(sql: string, part: string): string {
  const start = WEEK_STARTS[part];
  if (part === "ISOWEEK") return `extract(week FROM ${sql})`;
  if (start !== undefined) {
    return `CAST(floor((dayofyear(${sql}) + 6 - ((dayofweek(${sql}) - ${start} + 7) % 7)) / 7.0) AS BIGINT)`;
  }
  switch (part) {
    case "DAYOFWEEK":
      return `(dayofweek(${sql}) + 1)`;
    case "DATE":
      return `CAST(${sql} AS DATE)`;
    case "TIME":
      return `CAST(${sql} AS TIME)`;
    case "MILLISECOND":
      return `(extract(millisecond FROM ${sql}) % 1000)`;
    case "MICROSECOND":
      return `(extract(microsecond FROM ${sql}) % 1000000)`;
    case "YEAR":
    case "ISOYEAR":
    case "QUARTER":
    case "MONTH":
    case "DAY":
    case "HOUR":
    case "MINUTE":
    case "SECOND":
      return `extract(${part.toLowerCase()} FROM ${sql})`;
    case "DAYOFYEAR":
      return `extract(doy FROM ${sql})`;
    default:
      throw new Unsupported(`EXTRACT(${part})`);
  }
}

const extract: FunctionTranslator = (call) => {
  const isTimestamp = kindOf(call, 0) === "TIMESTAMP";
  const sql = argument(call, 0);
  return returned(extracted(isTimestamp ? civil(sql, zone(call, 2)) : sql, datePart(call, 1)), call);
};

const extractAs =
  (type: string): FunctionTranslator =>
  (call) =>
    `CAST(${kindOf(call, 0) === "TIMESTAMP" ? civil(argument(call, 0), zone(call, 1)) : argument(call, 0)} AS ${type})`;

const add =
  (sign: "" | "-"): FunctionTranslator =>
  (call) =>
    shifted(
      argument(call, 0),
      `${sign}(${argument(call, 1)})`,
      datePart(call, 2),
      kindOf(call, 0),
      call.type.kind,
    );

const date: FunctionTranslator = (call) => {
  if (call.args.length === 3) return `make_date(${call.args.join(", ")})`;
  if (kindOf(call, 0) === "TIMESTAMP") return `CAST(${civil(argument(call, 0), zone(call, 1))} AS DATE)`;
  if (kindOf(call, 0) === "STRING") return `CAST(bq_function_timestamp(${argument(call, 0)}, '') AS DATE)`;
  return castSql(argument(call, 0), call.types[0] ?? call.type, { kind: "DATE" }, call.context);
};

const datetime: FunctionTranslator = (call) => {
  const [first = "", second] = call.args;
  if (call.args.length === 6) {
    return `make_timestamp(${call.args.slice(0, 5).join(", ")}, bq_second(${call.args[5]}))`;
  }
  if (kindOf(call, 0) === "TIMESTAMP") return civil(first, zone(call, 1));
  if (kindOf(call, 1) === "TIME") return `(${first} + ${second})`;
  if (kindOf(call, 0) === "STRING") return `bq_function_datetime(${first})`;
  return castSql(first, call.types[0] ?? call.type, { kind: "DATETIME" }, call.context);
};

const timestamp: FunctionTranslator = (call) => {
  const sql = argument(call, 0);
  const kind = kindOf(call, 0);
  if (kind === "TIMESTAMP") return sql;
  if (kind === "STRING") {
    return `bq_function_timestamp(${sql}, ${call.args[1] === undefined ? "''" : zone(call, 1)})`;
  }
  return instant(`CAST(${sql} AS TIMESTAMP)`, zone(call, 1));
};

const time: FunctionTranslator = (call) => {
  if (call.args.length === 3)
    return `make_time(${call.args[0]}, ${call.args[1]}, bq_second(${call.args[2]}))`;
  const sql = argument(call, 0);
  return kindOf(call, 0) === "TIMESTAMP"
    ? `CAST(${civil(sql, zone(call, 1))} AS TIME)`
    : `CAST(${sql} AS TIME)`;
};

const timestampDiff: FunctionTranslator = (call) => {
  const part = datePart(call, 2);
  const unit = MICROSECONDS[part];
  if (!unit) throw new Unsupported(`TIMESTAMP_DIFF in ${part}`);
  return `CAST((epoch_us(${argument(call, 0)}) - epoch_us(${argument(call, 1)})) // ${unit} AS BIGINT)`;
};

const civilDiff: FunctionTranslator = (call) =>
  boundaries(argument(call, 0), argument(call, 1), datePart(call, 2));

const lastDay: FunctionTranslator = (call) => {
  const part = call.args[1] === undefined ? "MONTH" : datePart(call, 1);
  const next =
    part in WEEK_STARTS
      ? "to_days(7)"
      : { YEAR: "to_years(1)", QUARTER: "to_months(3)", MONTH: "to_months(1)" }[part];
  if (!next) throw new Unsupported(`LAST_DAY of ${part}`);
  return `CAST(${truncated(argument(call, 0), part)} + ${next} - to_days(1) AS DATE)`;
};

/** The statement's one instant, as a literal. */
const now = (call: Call) =>
  `TIMESTAMPTZ '${call.context.environment.now.toISOString().replace("T", " ").replace("Z", "+00")}'`;

const fromEpoch =
  (factor: number): FunctionTranslator =>
  (call) =>
    `bq_checked_timestamp(make_timestamptz(${argument(call, 0)} * ${factor}))`;

export const DATES: FunctionTable = {
  current_date: (call) => `CAST(${civil(now(call), zone(call, 0))} AS DATE)`,
  current_timestamp: now,
  current_datetime: (call) => civil(now(call), zone(call, 0)),
  current_time: (call) => `CAST(${civil(now(call), zone(call, 0))} AS TIME)`,
  date,
  datetime,
  timestamp,
  time,
  timestamp_add: add(""),
  timestamp_sub: add("-"),
  datetime_add: add(""),
  datetime_sub: add("-"),
  date_add: add(""),
  date_sub: add("-"),
  time_add: add(""),
  time_sub: add("-"),
  timestamp_diff: timestampDiff,
  datetime_diff: civilDiff,
  date_diff: civilDiff,
  time_diff: civilDiff,
  timestamp_trunc: (call) => {
    const tz = zone(call, 2);
    const part = datePart(call, 1);
    const local = civil(argument(call, 0), tz);
    // Below a day the start lies at the same offset, which tells apart the two hours that a clock turned back repeats.
    if (/^(HOUR|MINUTE|SECOND|MILLISECOND|MICROSECOND)$/.test(part)) {
      return `(${argument(call, 0)} - (${local} - ${truncated(local, part)}))`;
    }
    return instant(truncated(local, part), tz);
  },
  datetime_trunc: (call) => `CAST(${truncated(argument(call, 0), datePart(call, 1))} AS TIMESTAMP)`,
  date_trunc: (call) => `bq_checked_date(CAST(${truncated(argument(call, 0), datePart(call, 1))} AS DATE))`,
  time_trunc: (call) =>
    `CAST(${truncated(`(DATE '1970-01-01' + ${argument(call, 0)})`, datePart(call, 1))} AS TIME)`,
  last_day: lastDay,
  $extract: extract,
  $extract_date: extractAs("DATE"),
  $extract_time: extractAs("TIME"),
  $extract_datetime: extractAs("TIMESTAMP"),
  unix_seconds: (call) => `CAST(floor(epoch_us(${argument(call, 0)}) / 1000000) AS BIGINT)`,
  unix_millis: (call) => `CAST(floor(epoch_us(${argument(call, 0)}) / 1000) AS BIGINT)`,
  unix_micros: (call) => `epoch_us(${argument(call, 0)})`,
  unix_date: (call) => `date_diff('day', DATE '1970-01-01', ${argument(call, 0)})`,
  date_from_unix_date: (call) => `bq_date_add(DATE '1970-01-01', ${argument(call, 0)})`,
  timestamp_seconds: fromEpoch(1_000_000),
  timestamp_millis: fromEpoch(1000),
  timestamp_micros: fromEpoch(1),
};
