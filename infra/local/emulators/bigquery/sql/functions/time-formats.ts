import { quoteLiteral } from "../../types.ts";
import { argument, constant, constantText } from "../arguments.ts";
import type { Call, FunctionTable } from "../context.ts";
import { Unsupported } from "../unsupported.ts";
import { zone } from "./dates.ts";

const ABBREVIATIONS: readonly (readonly [RegExp, string])[] = [
  [/%F/g, "%Y-%m-%d"],
  [/%T/g, "%H:%M:%S"],
  [/%R/g, "%H:%M"],
  [/%D/g, "%m/%d/%y"],
  [/%h/g, "%b"],
  [/%n/g, "\n"],
  [/%t/g, "\t"],
  [/%E4Y/g, "%Y"],
];

const expanded = (format: string) =>
  ABBREVIATIONS.reduce((text, [from, to]) => text.replace(from, to), format);

/** Elements of the same meaning in DuckDB's strftime. */
const SAME = /^%[aAbBmdyYHIMSpjuwVG%]/;

/**
 * SQL of a civil time by a GoogleSQL format. `zoneName` is null where there is
 * no zone to speak of; only UTC's offset is known beforehand.
 */
function formatted(format: string, sql: string, zoneName: string | null): string {
  const parts: string[] = [];
  let same = "";
  const flush = () => {
    if (same) parts.push(`strftime(${sql}, ${quoteLiteral(same)})`);
    same = "";
  };
  const special = (part: string) => {
    flush();
    parts.push(part);
  };
  let rest = expanded(format);
  while (rest) {
    const plain = SAME.exec(rest)?.[0] ?? (rest.startsWith("%") ? "" : rest.charAt(0));
    if (plain) {
      same += plain;
      rest = rest.slice(plain.length);
      continue;
    }
    const element = /^%(E[\dY*]?[SzY]|.)/.exec(rest)?.[0] ?? rest;
    special(specialElement(element, sql, zoneName));
    rest = rest.slice(element.length);
  }
  flush();
  const text = parts.length > 0 ? `(${parts.join(" || ")})` : "''";
  return parts.some((part) => part.includes(sql)) ? text : `(CASE WHEN ${sql} IS NOT NULL THEN ${text} END)`;
}

function specialElement(element: string, sql: string, zoneName: string | null): string {
  const digits = /^%E([\d*])S$/.exec(element)?.[1];
  if (digits === "*") return `(strftime(${sql}, '%S') || bq_short_fraction(${sql}))`;
  if (digits !== undefined) {
    if (Number(digits) > 6) throw new Unsupported(`format element ${element}`);
    return `(strftime(${sql}, '%S')${digits === "0" ? "" : ` || '.' || substr(strftime(${sql}, '%f'), 1, ${digits})`})`;
  }
  if (zoneName === "UTC") {
    if (element === "%Z") return "'UTC'";
    if (element === "%z") return "'+0000'";
    if (element === "%Ez") return "'+00:00'";
  }
  switch (element) {
    case "%e":
      return `lpad(strftime(${sql}, '%-d'), 2, ' ')`;
    case "%k":
      return `lpad(strftime(${sql}, '%-H'), 2, ' ')`;
    case "%Q":
      return `CAST(quarter(${sql}) AS VARCHAR)`;
    default:
      throw new Unsupported(`format element ${element}`);
  }
}

/** The pattern of each element that can be parsed, as strict as BigQuery: DuckDB's strptime then agrees. */
const PARSED: Readonly<Record<string, string>> = {
  "%Y": "\\d{4}",
  "%m": "\\d{1,2}",
  "%d": "\\d{1,2}",
  "%H": "\\d{1,2}",
  "%M": "\\d{1,2}",
  "%S": "\\d{1,2}",
  "%I": "\\d{1,2}",
  "%p": "(?i:am|pm)",
  "%b": "(?i:[a-z]{3})",
  "%B": "(?i:[a-z]{3,9})",
  "%y": "\\d{2}",
  "%j": "\\d{1,3}",
  "%f": "\\d{1,6}",
  "%z": "[+-]\\d{2}:?\\d{2}",
};

function parsed(call: Call, what: string): { readonly sql: string; readonly hasZone: boolean } {
  const format = expanded(constant(call, 0, "format"))
    .replace(/%e/g, "%d")
    .replace(/%Ez/g, "%z")
    .replace(/%E\*S/g, "%S%_")
    .replace(/%E\dS/g, "%S%_");
  let pattern = "";
  let elements = "";
  for (const token of format.match(/%.|\s+|[^%\s]/gs) ?? []) {
    if (token === "%_") pattern += "(?:\\.\\d{1,6})?";
    else if (token in PARSED) pattern += PARSED[token];
    else if (token === "%%") pattern += "%";
    else if (token.startsWith("%")) throw new Unsupported(`${what} with format element ${token}`);
    else pattern += /^\s/.test(token) ? "\\s+" : token.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    elements += token;
  }
  // Parts a format leaves out are those of 1970 in BigQuery, of 1900 in DuckDB.
  if (what !== "PARSE_TIME" && !/%[Yy]/.test(elements)) throw new Unsupported(`${what} without a year`);
  const whole = elements.replace("%_", "");
  const fractional = elements.includes("%_")
    ? `[${quoteLiteral(elements.replace("%_", ".%f"))}, ${quoteLiteral(whole)}]`
    : quoteLiteral(whole);
  return {
    sql: `bq_parse(${argument(call, 1)}, ${quoteLiteral(`^\\s*${pattern}\\s*$`)}, ${fractional}, ${quoteLiteral(what)})`,
    hasZone: elements.includes("%z"),
  };
}

function withoutZone(call: Call, type: string, what: string): string {
  const { sql, hasZone } = parsed(call, what);
  if (hasZone) throw new Unsupported(`${what} with a zone`);
  return `CAST(${sql} AS ${type})`;
}

function zoneNameOf(call: Call, index: number): string {
  return call.args[index] === undefined ? "UTC" : (constantText(call.nodes[index], call.context) ?? "");
}

export const TIME_FORMATS: FunctionTable = {
  format_timestamp: (call) =>
    formatted(
      constant(call, 0, "format"),
      `(${argument(call, 1)} AT TIME ZONE ${zone(call, 2)})`,
      zoneNameOf(call, 2),
    ),
  format_date: (call) => formatted(constant(call, 0, "format"), argument(call, 1), null),
  format_datetime: (call) => formatted(constant(call, 0, "format"), argument(call, 1), null),
  format_time: (call) =>
    formatted(constant(call, 0, "format"), `(DATE '1970-01-01' + ${argument(call, 1)})`, null),
  parse_date: (call) => withoutZone(call, "DATE", "PARSE_DATE"),
  parse_datetime: (call) => withoutZone(call, "TIMESTAMP", "PARSE_DATETIME"),
  parse_time: (call) => withoutZone(call, "TIME", "PARSE_TIME"),
  parse_timestamp: (call) => {
    const { sql, hasZone } = parsed(call, "PARSE_TIMESTAMP");
    if (hasZone) return `CAST(${sql} AS TIMESTAMPTZ)`;
    const tz = zone(call, 2);
    return tz === "'UTC'"
      ? `(CAST(${sql} AS TIMESTAMP) AT TIME ZONE 'UTC')`
      : `bq_instant(CAST(${sql} AS TIMESTAMP), ${tz})`;
  },
};
