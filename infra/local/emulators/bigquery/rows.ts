import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
} from "@duckdb/node-api";
import type { Field } from "./catalog.ts";
import { microsecondsText } from "./values.ts";

/** How a client asked for TIMESTAMP values. BigQuery's default is seconds as a float. */
export type TimestampFormat = "FLOAT64" | "INT64" | "ISO8601_STRING";

/** A cell as `tabledata.list` and query results carry it: text, `{v}` lists, `{f}` records. */
export type RestValue = string | null | { v: RestValue }[] | { f: { v: RestValue }[] };

/** One row, from DuckDB's values. */
export function restRow(
  values: readonly unknown[],
  fields: readonly Field[],
  format: TimestampFormat,
): { f: { v: RestValue }[] } {
  return { f: fields.map((field, i) => ({ v: restValue(values[i], field, format) })) };
}

function restValue(value: unknown, field: Field, format: TimestampFormat): RestValue {
  if (field.mode === "REPEATED") {
    const items = value instanceof DuckDBListValue ? value.items : [];
    // A NULL array is an empty one once it is stored or sent.
    return items.map((item) => ({ v: restValue(item, { ...field, mode: "NULLABLE" }, format) }));
  }
  if (value === null || value === undefined) return null;
  if (value instanceof DuckDBStructValue) {
    return restRow(Object.values(value.entries), field.fields ?? [], format);
  }
  if (value instanceof DuckDBTimestampTZValue) return timestamp(value.micros, format);
  if (value instanceof DuckDBTimestampValue) return isoMicroseconds(value.micros);
  if (value instanceof DuckDBTimeValue) return isoMicroseconds(value.micros).slice("1970-01-01T".length);
  if (value instanceof DuckDBDateValue)
    return isoMicroseconds(BigInt(value.days) * 86_400_000_000n).slice(0, 10);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("base64");
  if (value instanceof DuckDBDecimalValue) return decimal(value);
  return String(value);
}

function timestamp(microseconds: bigint, format: TimestampFormat): string {
  if (format === "INT64") return microseconds.toString();
  if (format === "ISO8601_STRING") return `${isoMicroseconds(microseconds)}Z`;
  return String(Number(microseconds) / 1e6);
}

/** `2026-02-08T12:00:00`, with six digits of fraction when there is one. */
function isoMicroseconds(microseconds: bigint): string {
  const text = microsecondsText(microseconds) ?? "";
  return text
    .slice(0, -"+00:00".length)
    .replace(" ", "T")
    .replace(/\.000000$/, "");
}

function decimal({ value, scale }: DuckDBDecimalValue): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${whole}${fraction && `.${fraction}`}`;
}
