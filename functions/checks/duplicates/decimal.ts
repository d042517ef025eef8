import type { Decimal } from "./types.ts";

/** Digits after the point of a NUMERIC: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#numeric_types. */
const scale = 9;

/** Sum of NUMERICs, exact; like SUM, NULLs are passed over and nothing but NULLs is NULL. @throws Error for other text */
export function sumOf(decimals: readonly (Decimal | null)[]): Decimal | null {
  const known = decimals.filter((it) => it !== null);
  if (known.length === 0) return null;
  const digits = known.reduce((sum, it) => sum + unitsOf(it), 0n);
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0");
  const fraction = text.slice(-scale).replace(/0+$/, "");
  return `${digits < 0n ? "-" : ""}${text.slice(0, -scale)}${fraction === "" ? "" : `.${fraction}`}`;
}

function unitsOf(decimal: Decimal): bigint {
  const [, sign, whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(decimal) ?? [];
  if (sign === undefined) throw new Error("an amount is no NUMERIC");
  const units = BigInt(whole + fraction.padEnd(scale, "0"));
  return sign === "-" ? -units : units;
}
