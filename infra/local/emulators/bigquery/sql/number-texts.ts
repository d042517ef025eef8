const SPACE = String.raw`[ \t\n\v\f\r]*`;
const INTEGER = new RegExp(`^${SPACE}([+-]?)(\\d+|0[xX][0-9a-fA-F]+)${SPACE}$`);
const FLOAT = new RegExp(
  `^${SPACE}([+-]?)(?:(\\d+\\.?\\d*(?:[eE][+-]?\\d+)?|\\.\\d+(?:[eE][+-]?\\d+)?)|(inf|infinity)|nan(?:\\([\\w]*\\))?|(0x[0-9a-f]*\\.?[0-9a-f]*)(?:p([+-]?\\d+))?)${SPACE}$`,
  "i",
);
const DECIMAL = new RegExp(`^${SPACE}([+-]?)(\\d*)(?:\\.(\\d*))?(?:[eE]([+-]?\\d+))?${SPACE}$`);

/** @throws Error outside the integers of 64 bits */
export function int64OfText(text: string): bigint {
  const [, sign, digits] = INTEGER.exec(text) ?? [];
  const value = digits === undefined ? undefined : BigInt(digits) * (sign === "-" ? -1n : 1n);
  if (value === undefined || value !== BigInt.asIntN(64, value)) throw new Error(`Bad int64 value: ${text}`);
  return value;
}

/** The value of `0x1.8`, to be scaled by a power of two. */
function hexadecimal(text: string): number {
  const [whole = "", fraction = ""] = text.slice(2).split(".");
  if (whole + fraction === "") return Number.NaN;
  return Number(`0x${whole}${fraction}`) * 2 ** (-4 * fraction.length);
}

/** A number too great is infinite, as Google's evaluator has it. */
export function float64OfText(text: string): number {
  const bad = new Error(`Bad double value: ${text}`);
  const found = FLOAT.exec(text);
  if (!found) throw bad;
  const [, sign, decimal, infinite, hex, power] = found;
  const factor = sign === "-" ? -1 : 1;
  if (infinite) return factor * Number.POSITIVE_INFINITY;
  if (!decimal && !hex) return Number.NaN;
  const value = hex ? hexadecimal(hex) * 2 ** Number(power ?? 0) : Number(decimal);
  if (Number.isNaN(value)) throw bad;
  return factor * value;
}

/** Billionths, rounded half away from zero. @throws Error beyond 38 digits */
export function numericOfText(text: string): bigint {
  const bad = new Error(`Invalid NUMERIC value: ${text}`);
  const [found, sign, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  if (found === undefined || whole + fraction === "" || exponent.length > 15) throw bad;
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length + 9;
  if (digits === 0n) return 0n;
  if (shift > 38) throw bad;
  let units = 0n;
  if (shift >= 0) units = digits * 10n ** BigInt(shift);
  else if (-shift <= String(digits).length)
    units = (2n * digits + 10n ** BigInt(-shift)) / (2n * 10n ** BigInt(-shift));
  if (units >= 10n ** 38n) throw bad;
  return sign === "-" ? -units : units;
}

const PARSED = new RegExp(
  `^${SPACE}([+-]?)${SPACE}([\\d,]*\\.?\\d*(?:[eE][+-]?\\d+)?)${SPACE}([+-]?)${SPACE}$`,
);

/** As PARSE_NUMERIC reads: also with commas before the point, a space after the sign, or the sign at the end. */
export function numericOfParsed(text: string): bigint {
  const [, before = "", digits, after = ""] = PARSED.exec(text) ?? [];
  if (digits === undefined || (before && after)) {
    throw new Error(`Invalid input to PARSE_NUMERIC: ${text}`);
  }
  return numericOfText(`${before}${after}${digits.replaceAll(",", "")}`);
}
