import type { Field } from "./catalog.ts";

/** A value as text that DuckDB casts to the field's type; lists and structs hold such texts. */
export type ValueText = string | null | readonly ValueText[] | { readonly [name: string]: ValueText };

/** Why a value does not fit its column, in BigQuery's words; `path` is the column, dotted within records. */
export class BadValue extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/**
 * A row as a client sends it in JSON (insertAll, load jobs), as texts by column.
 * @param unknown what to do with a member that is no column
 * @throws BadValue
 */
export function rowText(
  row: unknown,
  fields: readonly Field[],
  unknown: "refuse" | "ignore",
  path = "",
): { readonly [name: string]: ValueText } {
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw new BadValue(path, path ? `This field: ${path} is not a record.` : "A row must be a JSON object.");
  }
  const given = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), { name, value }]));
  const texts: [string, ValueText][] = fields.map((field) => {
    const value = given.get(field.name.toLowerCase())?.value;
    given.delete(field.name.toLowerCase());
    const inner = path ? `${path}.${field.name}` : field.name;
    return [field.name, valueText(value ?? null, field, inner, unknown)];
  });
  const [stranger] = given.values();
  if (stranger && unknown === "refuse") {
    const inner = path ? `${path}.${stranger.name}` : stranger.name;
    throw new BadValue(inner, `no such field: ${inner}.`);
  }
  return Object.fromEntries(texts);
}

/** @throws BadValue */
export function valueText(
  value: unknown,
  field: Field,
  path = field.name,
  unknown: "refuse" | "ignore" = "refuse",
): ValueText {
  if (field.mode === "REPEATED") {
    if (value === null || value === undefined) return [];
    if (!Array.isArray(value)) throw new BadValue(path, `Field ${path} is repeated: give a list of values.`);
    return value.map((item) => {
      if (item === null) throw new BadValue(path, `Only optional fields can be set to NULL. Field: ${path}`);
      return valueText(item, { ...field, mode: "NULLABLE" }, path, unknown);
    });
  }
  if (value === null || value === undefined) {
    if (field.mode === "REQUIRED") throw new BadValue(path, `Missing required field: ${path}.`);
    return null;
  }
  if (Array.isArray(value)) throw new BadValue(path, `Array specified for non-repeated field: ${path}.`);
  if (field.type === "RECORD") return rowText(value, field.fields ?? [], unknown, path);
  if (typeof value === "object") throw new BadValue(path, `This field: ${path} is not a record.`);
  const text = scalarText(value, field.type);
  if (text === null) throw new BadValue(path, complaint(String(value), field.type));
  return text;
}

type Scalar = Exclude<Field["type"], "RECORD">;

/** Null when the value is not one of that type. */
function scalarText(value: unknown, type: Scalar): string | null {
  const text = String(value);
  switch (type) {
    case "STRING":
      return text;
    case "INTEGER":
      return integerText(text);
    case "FLOAT":
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?inf(inity)?$|^nan$/i.test(text) ? text : null;
    case "NUMERIC":
      return numericText(text);
    case "BOOLEAN":
      return /^(true|false|t|f|yes|no|y|n|1|0)$/i.test(text) ? text : null;
    case "DATE":
      return dateText(text);
    case "DATETIME":
      return datetimeText(text);
    case "TIME":
      return /^([01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(\.\d{1,6})?$/.test(text) ? text : null;
    case "TIMESTAMP":
      return timestampText(text);
    case "BYTES":
      return bytesText(text);
    case "JSON":
      return isJson(text) ? text : null;
  }
}

function complaint(value: string, type: Scalar): string {
  switch (type) {
    case "INTEGER":
      return `Cannot convert value to integer (bad value): ${value}`;
    case "FLOAT":
      return `Cannot convert value to floating point (bad value): ${value}`;
    case "BOOLEAN":
      return `Cannot convert value to boolean (bad value): ${value}`;
    case "TIMESTAMP":
      return (
        `Could not parse '${value}' as a timestamp. Required format is ` +
        "YYYY-MM-DD HH:MM[:SS[.SSSSSS]] or YYYY/MM/DD HH:MM[:SS[.SSSSSS]]"
      );
    case "BYTES":
      return "Could not decode base64 string to bytes.";
    default:
      return `Invalid ${type} value: ${value}`;
  }
}

function integerText(text: string): string | null {
  if (!/^[+-]?\d{1,19}(\.0*)?$/.test(text)) return null;
  const whole = BigInt(text.replace(/\.0*$/, "").replace(/^\+/, ""));
  return BigInt.asIntN(64, whole) === whole ? whole.toString() : null;
}

/** NUMERIC: 29 digits before the point, 9 after, rounded half away from zero (as DuckDB's cast does). */
function numericText(text: string): string | null {
  const match = /^[+-]?(\d*)\.?(\d*)(e[+-]?\d+)?$/i.exec(text);
  if (!match || (match[1] === "" && match[2] === "")) return null;
  return (match[1] ?? "").replace(/^0+/, "").length <= 29 ? text : null;
}

function dateText(text: string): string | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (!match) return null;
  const iso = `${match[1]}-${match[2]?.padStart(2, "0")}-${match[3]?.padStart(2, "0")}`;
  const time = Date.parse(`${iso}T00:00:00Z`);
  // Date.parse takes 30 February for 2 March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso) ? iso : null;
}

const CLOCK = /^([01]?\d|2[0-3]):([0-5]?\d)(?::([0-5]?\d)(\.\d{1,6})?\d*)?$/;

function datetimeText(text: string): string | null {
  const [day = "", time = "00:00:00"] = text.trim().split(/[T ]/i);
  const date = dateText(day.replaceAll("/", "-"));
  const match = CLOCK.exec(time);
  if (!date || !match) return null;
  const [, hour = "", minute = "", second = "0", fraction = ""] = match;
  return `${date} ${hour.padStart(2, "0")}:${minute.padStart(2, "0")}:${second.padStart(2, "0")}${fraction}`;
}

/** A number is seconds since 1970; a text without zone is UTC. */
function timestampText(text: string): string | null {
  if (/^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) return epochText(text);
  const match = /^(.*?)\s*(Z|UTC|[+-]\d{1,2}(?::?\d{2})?)?$/i.exec(text.trim());
  const local = datetimeText(match?.[1] ?? "");
  if (!local) return null;
  const zone = match?.[2] ?? "Z";
  if (/^(z|utc)$/i.test(zone)) return `${local}+00:00`;
  const [, sign, hours = "", minutes = "00"] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone) ?? [];
  return `${local}${sign}${hours.padStart(2, "0")}:${minutes}`;
}

function epochText(text: string): string | null {
  const plain = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  const magnitude = plain
    ? BigInt(plain[2] ?? "0") * 1_000_000n + BigInt((plain[3] ?? "").slice(0, 6).padEnd(6, "0"))
    : BigInt(Math.round(Math.abs(Number(text)) * 1e6));
  return microsecondsText(text.startsWith("-") ? -magnitude : magnitude);
}

/** @param microseconds since 1970; null outside the years 1 to 9999 */
export function microsecondsText(microseconds: bigint): string | null {
  const fraction = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const date = new Date(Number((microseconds - fraction) / 1000n));
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) return null;
  const seconds = date.toISOString().slice(0, 19).replace("T", " ");
  return `${seconds}.${fraction.toString().padStart(6, "0")}+00:00`;
}

/** Base64, as DuckDB writes a BLOB: `\x41\x42`. */
function bytesText(base64: string): string | null {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(base64)) return null;
  const hex = Buffer.from(base64, "base64").toString("hex");
  return hex.replace(/../g, (byte) => `\\x${byte.toUpperCase()}`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
