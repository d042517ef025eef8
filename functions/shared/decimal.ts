/** A NUMERIC as exact decimal text, e.g. `-12.5`. Never a float: cents would be lost in sums. */
export type Decimal = string;

/** Digits after the point of a NUMERIC: https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#numeric_types. */
const scale = 9;

/**
 * Exact sum of NUMERICs. Like SUM, it ignores NULLs, and is NULL if there is nothing else. @throws Error for
 * other text
 */
export function sumOf(decimals: readonly (Decimal | null)[]): Decimal | null {
  const known = decimals.filter((it) => it !== null);
  if (known.length === 0) return null;
  return textOf(known.reduce((sum, it) => sum + unitsOf(it), 0n));
}

/** a − b, exact. @throws Error for other text */
export function minus(a: Decimal, b: Decimal): Decimal {
  return textOf(unitsOf(a) - unitsOf(b));
}

/** Negative, zero or positive, as a is below, at or above b. @throws Error for other text */
export function compare(a: Decimal, b: Decimal): number {
  const difference = unitsOf(a) - unitsOf(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** @throws Error for other text */
export function absolute(a: Decimal): Decimal {
  const units = unitsOf(a);
  return textOf(units < 0n ? -units : units);
}

/** a ÷ b, rounded half away from zero to that many places; null if b is zero. @throws Error for other text */
export function ratioOf(a: Decimal, b: Decimal, places: number): Decimal | null {
  const [dividend, divisor] = [unitsOf(a), unitsOf(b)];
  if (divisor === 0n) return null;
  const isNegative = dividend < 0n !== divisor < 0n;
  const [up, down] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const steps = (2n * up * 10n ** BigInt(places) + down) / (2n * down);
  return textOf((isNegative ? -steps : steps) * 10n ** BigInt(scale - places));
}

function textOf(units: bigint): Decimal {
  const text = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const fraction = text.slice(-scale).replace(/0+$/, "");
  return `${units < 0n ? "-" : ""}${text.slice(0, -scale)}${fraction === "" ? "" : `.${fraction}`}`;
}

function unitsOf(decimal: Decimal): bigint {
  const [, sign, whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(decimal) ?? [];
  if (sign === undefined) throw new Error("an amount is no NUMERIC");
  const units = BigInt(whole + fraction.padEnd(scale, "0"));
  return sign === "-" ? -units : units;
}
