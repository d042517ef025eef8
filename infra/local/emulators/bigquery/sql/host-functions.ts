import { createHash } from "node:crypto";
import {
  BIGINT,
  BLOB,
  DECIMAL,
  DOUBLE,
  type DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDecimalValue,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  VARCHAR,
} from "@duckdb/node-api";
import { jsonAt, normalizedJson } from "./json-text.ts";
import { MACROS } from "./macros.ts";
import { float64OfText, int64OfText, numericOfParsed, numericOfText } from "./number-texts.ts";
import { datetimeOfText, timeOfText, timestampOfText } from "./time-texts.ts";
import { rememberZones } from "./zones.ts";

const SCALE = 9;
const ONE = 10n ** BigInt(SCALE);
const LIMIT = 10n ** 38n;
const NUMERIC = DECIMAL(38, SCALE);

/** Rounds half away from zero, as NUMERIC does. */
function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const a = dividend < 0n ? -dividend : dividend;
  const b = divisor < 0n ? -divisor : divisor;
  const quotient = (2n * a + b) / (2n * b);
  return negative ? -quotient : quotient;
}

function numeric(units: bigint): DuckDBDecimalValue {
  if (units >= LIMIT || units <= -LIMIT) throw new Error("numeric overflow");
  return new DuckDBDecimalValue(units, 38, SCALE);
}

const units = (value: DuckDBValue): bigint => (value as DuckDBDecimalValue).value;

/** A finite double as mantissa × 2^exponent, exactly. */
function binary(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const biased = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const mantissa = (biased === 0 ? fraction : fraction | (1n << 52n)) * (word >> 63n ? -1n : 1n);
  return { mantissa, exponent: (biased === 0 ? 1 : biased) - 1075 };
}

/** The exact value of a double, rounded to nine decimals. */
function numericOfDouble(value: number): bigint {
  if (!Number.isFinite(value)) {
    throw new Error(`Illegal conversion of non-finite floating point number to numeric: ${value}`);
  }
  const { mantissa, exponent } = binary(value);
  if (exponent >= 0) return mantissa * ONE * (1n << BigInt(exponent));
  return divideRounded(mantissa * ONE, 1n << BigInt(-exponent));
}

/** Half away from zero, or toward it, on the exact value of the double. */
function roundedDouble(value: number, digits: bigint, mode: "round" | "trunc"): number {
  if (!Number.isFinite(value) || digits > 340n) return value;
  if (digits < -340n) return 0;
  const { mantissa, exponent } = binary(value);
  const dividend =
    mantissa * (exponent > 0 ? 1n << BigInt(exponent) : 1n) * (digits > 0n ? 10n ** digits : 1n);
  const divisor = (exponent < 0 ? 1n << BigInt(-exponent) : 1n) * (digits < 0n ? 10n ** -digits : 1n);
  const units = mode === "round" ? divideRounded(dividend, divisor) : dividend / divisor;
  return Number(`${units}e${-digits}`);
}

/** The least k, from 1, for which k / count reaches the share. */
function percentileIndex(share: number, count: bigint): bigint {
  if (!(share >= 0 && share <= 1)) throw new Error("PERCENTILE_DISC: the share must be between 0 and 1");
  const { mantissa, exponent } = binary(share);
  const one = 1n << BigInt(Math.max(0, -exponent));
  const index = (mantissa * count + one - 1n) / one;
  return index < 1n ? 1n : index;
}

interface HostFunction {
  readonly name: string;
  readonly parameters: readonly DuckDBType[];
  readonly returns: DuckDBType;
  /** Never sees NULL: any NULL argument makes the result NULL. */
  readonly compute: (...args: DuckDBValue[]) => DuckDBValue;
}

const ofText = (name: string, returns: DuckDBType, compute: (text: string) => DuckDBValue): HostFunction => ({
  name,
  parameters: [VARCHAR],
  returns,
  compute: (text) => compute(String(text)),
});

const FORMS = ["NFC", "NFKC", "NFD", "NFKD"];

/** What DuckDB cannot do, or does inexactly. */
const HOST_FUNCTIONS: readonly HostFunction[] = [
  {
    name: "bq_raise",
    parameters: [VARCHAR],
    returns: BIGINT,
    compute: (message) => {
      throw new Error(String(message));
    },
  },
  ofText("bq_int64_of_text", BIGINT, int64OfText),
  ofText("bq_float64_of_text", DOUBLE, float64OfText),
  ofText("bq_numeric_of_text", NUMERIC, (text) => numeric(numericOfText(text))),
  ofText("bq_parse_numeric", NUMERIC, (text) => numeric(numericOfParsed(text))),
  ofText("bq_time_of_text", BIGINT, timeOfText),
  {
    name: "bq_datetime_of_text",
    parameters: [VARCHAR, BIGINT],
    returns: BIGINT,
    compute: (text, digits) => datetimeOfText(String(text), Number(digits)),
  },
  {
    name: "bq_timestamp_of_text",
    parameters: [VARCHAR, VARCHAR, BIGINT],
    returns: BIGINT,
    compute: (text, zone, digits) => timestampOfText(String(text), String(zone), Number(digits)),
  },
  {
    name: "bq_numeric_quotient",
    parameters: [NUMERIC, NUMERIC],
    returns: NUMERIC,
    compute: (a, b) => {
      if (units(b) === 0n) throw new Error("division by zero");
      return numeric(divideRounded(units(a) * ONE, units(b)));
    },
  },
  {
    name: "bq_numeric_product",
    parameters: [NUMERIC, NUMERIC],
    returns: NUMERIC,
    compute: (a, b) => numeric(divideRounded(units(a) * units(b), ONE)),
  },
  {
    name: "bq_float64_numeric",
    parameters: [DOUBLE],
    returns: NUMERIC,
    compute: (value) => numeric(numericOfDouble(Number(value))),
  },
  ...(["round", "trunc"] as const).map((mode) => ({
    name: `bq_float64_${mode}`,
    parameters: [DOUBLE, BIGINT],
    returns: DOUBLE,
    compute: (value: DuckDBValue, digits: DuckDBValue) =>
      roundedDouble(Number(value), digits as bigint, mode),
  })),
  {
    name: "bq_percentile_index",
    parameters: [DOUBLE, BIGINT],
    returns: BIGINT,
    compute: (share, count) => percentileIndex(Number(share), count as bigint),
  },
  {
    name: "bq_shift_bits",
    parameters: [BIGINT, BIGINT],
    returns: BIGINT,
    compute: (value, by) => {
      const bits = BigInt.asUintN(64, value as bigint);
      const shift = by as bigint;
      return BigInt.asIntN(64, shift >= 0n ? bits << shift : bits >> -shift);
    },
  },
  {
    name: "bq_sha512",
    parameters: [BLOB],
    returns: VARCHAR,
    compute: (value) =>
      createHash("sha512")
        .update((value as DuckDBBlobValue).bytes)
        .digest("hex"),
  },
  {
    name: "bq_normalize",
    parameters: [VARCHAR, BIGINT],
    returns: VARCHAR,
    compute: (text, form) => String(text).normalize(FORMS[Number(form)]),
  },
  {
    name: "bq_lossy_utf8",
    parameters: [BLOB],
    returns: VARCHAR,
    compute: (value) =>
      new TextDecoder("utf-8", { ignoreBOM: true }).decode((value as DuckDBBlobValue).bytes),
  },
  {
    name: "bq_parse_json",
    parameters: [VARCHAR],
    returns: VARCHAR,
    compute: (text) => normalizedJson(String(text)),
  },
  {
    name: "bq_json_source",
    parameters: [VARCHAR, VARCHAR],
    returns: VARCHAR,
    compute: (text, path) => jsonAt(String(text), String(path)),
  },
];

/**
 * An error that a JavaScript function throws into DuckDB hundreds of times in a query can end the process. Inside
 * TRY every error becomes NULL anyway: there the twin is called that answers NULL by itself.
 */
export function withoutErrors(sql: string): string {
  return sql.replace(/\b(bq_\w+)\(/g, (call, name: string) => (TWINS.has(name) ? `${name}_or_null(` : call));
}

const TWINS: ReadonlySet<string> = new Set([
  ...HOST_FUNCTIONS.map(({ name }) => name),
  ...MACROS.map(([signature]) => signature.replace(/\(.*$/s, "")),
]);

function orNull(compute: () => DuckDBValue): DuckDBValue {
  try {
    return compute();
  } catch {
    return null;
  }
}

function register(connection: DuckDBConnection, { name, parameters, returns, compute }: HostFunction): void {
  define(connection, name, parameters, returns, compute);
  if (TWINS.has(name)) {
    define(connection, `${name}_or_null`, parameters, returns, (...args) => orNull(() => compute(...args)));
  }
}

function define(
  connection: DuckDBConnection,
  name: string,
  parameterTypes: readonly DuckDBType[],
  returnType: DuckDBType,
  compute: HostFunction["compute"],
): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      parameterTypes,
      returnType,
      mainFunction: (_info, input, output) => {
        const vectors = parameterTypes.map((_, i) => input.getColumnVector(i));
        for (let row = 0; row < input.rowCount; row++) {
          const args = vectors.map((vector) => vector.getItem(row) as DuckDBValue);
          output.setItem(row, args.some((arg) => arg === null) ? null : compute(...args));
        }
        output.flush();
      },
    }),
  );
}

/**
 * Makes a connection ready for translated SQL: UTC, the functions and macros
 * it calls. They belong to the whole database, so doing it again is harmless.
 */
export async function prepareConnection(connection: DuckDBConnection): Promise<void> {
  await connection.run("SET TimeZone = 'UTC'");
  const known = await connection.runAndReadAll(
    "SELECT 1 FROM duckdb_functions() WHERE function_name = 'bq_top_count' LIMIT 1",
  );
  if (known.getRows().length > 0) return;
  // It would move a part that two expressions share out of the TRY that guards it.
  await connection.run("SET disabled_optimizers = 'common_subexpressions'");
  const zones = await connection.runAndReadAll("SELECT DISTINCT name FROM pg_timezone_names()");
  rememberZones(zones.getRows().map(([name]) => String(name)));
  for (const declared of HOST_FUNCTIONS) register(connection, declared);
  const statements = MACROS.flatMap(([signature, body]) => [
    `CREATE OR REPLACE TEMP MACRO ${signature} AS ${body}`,
    `CREATE OR REPLACE TEMP MACRO ${withoutErrors(signature)} AS ${withoutErrors(body)}`,
  ]);
  await connection.run(statements.join(";\n"));
}
