import {
  duckdbType,
  fromProto,
  type GoogleType,
  memberName,
  type ProtoType,
  quoteIdentifier,
  quoteLiteral,
  type ScalarKind,
  type Value,
} from "../types.ts";
import { Unsupported } from "./unsupported.ts";

/** The analyzer's `ValueProto`: a union whose taken member is named by `value`. */
export interface ProtoValue {
  readonly value?: string;
  readonly [member: string]: unknown;
}

interface Seconds {
  readonly seconds?: string;
  readonly nanos?: number;
}

const two = (n: number) => String(n).padStart(2, "0");
const fraction = (micros: number) => (micros ? `.${String(micros).padStart(6, "0")}` : "");
const micros = (nanos: number | undefined) => Math.floor((nanos ?? 0) / 1000);

/** Little-endian two's complement, as NUMERIC travels. */
function integerOf(bytes: Uint8Array): bigint {
  let total = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) total = (total << 8n) | BigInt(bytes[i] ?? 0);
  const last = bytes[bytes.length - 1] ?? 0;
  return last & 0x80 ? total - (1n << BigInt(8 * bytes.length)) : total;
}

/** `units` of 10^-`scale` as a plain decimal without trailing zeros. */
export function decimalText(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const rest = digits.slice(digits.length - scale).replace(/0+$/, "");
  return `${units < 0n ? "-" : ""}${whole}${rest ? `.${rest}` : ""}`;
}

function datetimeText(seconds: bigint, nanos: number | undefined): string {
  const bits = (shift: bigint, mask: bigint) => Number((seconds >> shift) & mask);
  const date = `${String(bits(26n, 0x3fffn)).padStart(4, "0")}-${two(bits(22n, 15n))}-${two(bits(17n, 31n))}`;
  return `${date}T${two(bits(12n, 31n))}:${two(bits(6n, 63n))}:${two(bits(0n, 63n))}${fraction(micros(nanos))}`;
}

function timeText(packed: bigint): string {
  const seconds = packed >> 30n;
  const bits = (shift: bigint, mask: bigint) => two(Number((seconds >> shift) & mask));
  return `${bits(12n, 31n)}:${bits(6n, 63n)}:${bits(0n, 63n)}${fraction(micros(Number(packed & 0x3fffffffn)))}`;
}

/** Seconds may be before 1970 and years have four digits, so `Date` formats them. */
const instantText = (seconds: number, microseconds: number) =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")}${fraction(microseconds)}+00`;

/** A value as the analyzer sends it. */
export function decode(value: ProtoValue | undefined, proto: ProtoType): Value {
  const held = value?.value === undefined ? undefined : value[value.value];
  if (held === undefined || held === null) return null;
  const type = fromProto(proto);
  switch (type.kind) {
    case "ARRAY": {
      const { element = [] } = held as { element?: ProtoValue[] };
      const elementType = proto.array_type?.element_type ?? proto;
      return element.map((item) => decode(item, elementType));
    }
    case "STRUCT": {
      const { field = [] } = held as { field?: ProtoValue[] };
      return field.map((item, i) => decode(item, proto.struct_type?.field?.[i]?.field_type ?? proto));
    }
    default:
      return decodeScalar(held, type.kind);
  }
}

function decodeScalar(held: unknown, kind: ScalarKind): string {
  switch (kind) {
    case "BYTES":
      return Buffer.from(held as Uint8Array).toString("base64");
    case "DATE":
      return new Date(Number(held) * 86_400_000).toISOString().slice(0, 10);
    case "TIMESTAMP": {
      const { seconds, nanos } = held as Seconds;
      return instantText(Number(seconds ?? 0), micros(nanos));
    }
    case "DATETIME": {
      const parts = held as { bit_field_datetime_seconds?: string; nanos?: number };
      return datetimeText(BigInt(parts.bit_field_datetime_seconds ?? 0), parts.nanos);
    }
    case "TIME":
      return timeText(BigInt(String(held)));
    case "NUMERIC":
      return decimalText(integerOf(held as Uint8Array), 9);
    case "FLOAT64":
      return Object.is(held, -0) ? "-0" : String(held);
    case "INTERVAL":
      throw new Unsupported("an INTERVAL value");
    default:
      return String(held);
  }
}

/** DuckDB SQL of a value that is already in the form of `Value`. */
export function literal(value: Value, type: GoogleType): string {
  const stored = duckdbType(type);
  if (value === null) return type.kind === "ENUM" ? "NULL" : `CAST(NULL AS ${stored})`;
  if (type.kind === "ARRAY" && Array.isArray(value)) {
    return `CAST([${value.map((item) => literal(item, type.element)).join(", ")}] AS ${stored})`;
  }
  if (type.kind === "STRUCT" && Array.isArray(value)) {
    const members = type.members.map(
      (member, i) => `${quoteIdentifier(memberName(member, i))} := ${literal(value[i] ?? null, member.type)}`,
    );
    return `struct_pack(${members.join(", ")})`;
  }
  const text = String(value);
  switch (type.kind) {
    case "BOOL":
      return text === "true" ? "TRUE" : "FALSE";
    case "STRING":
      return `${quoteLiteral(text)}::VARCHAR`;
    case "BYTES":
      return `from_base64(${quoteLiteral(text)})`;
    case "DATETIME":
      return `TIMESTAMP ${quoteLiteral(text.replace("T", " "))}`;
    case "ENUM":
      return text;
    default:
      return `CAST(${quoteLiteral(text)} AS ${stored})`;
  }
}

/**
 * A value as GoogleSQL writes it, to declare small tables and parameters to the reference evaluator.
 */
export function googleSqlLiteral(value: Value, type: GoogleType, name: (type: GoogleType) => string): string {
  if (value === null) return `CAST(NULL AS ${name(type)})`;
  if (type.kind === "ARRAY" && Array.isArray(value)) {
    return `${name(type)}[${value.map((item) => googleSqlLiteral(item, type.element, name)).join(", ")}]`;
  }
  if (type.kind === "STRUCT" && Array.isArray(value)) {
    const members = type.members.map((m, i) => googleSqlLiteral(value[i] ?? null, m.type, name));
    return `${name(type)}(${members.join(", ")})`;
  }
  if (type.kind === "BYTES") return `FROM_BASE64(${JSON.stringify(value)})`;
  if (type.kind === "JSON") return `JSON ${JSON.stringify(value)}`;
  return `CAST(${JSON.stringify(value)} AS ${name(type)})`;
}
