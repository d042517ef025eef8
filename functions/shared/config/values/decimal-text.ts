/** The digits of a NUMERIC: 29 before the point, 9 after it. */
const decimalForm = /^\d{1,29}(\.\d{1,9})?$/;

/** JavaScript keeps this many digits of any number; of a longer one, the written digits are lost. */
const digitsKept = 15;

/** Below this JavaScript writes a number with an exponent. */
const smallestPlain = 1e-6;

/** A number of 0 or more as exact decimal text, or null if it is none or has too many digits. */
export function decimalTextOf(written: unknown): string | null {
  if (typeof written === "string") return decimalForm.test(written) ? written : null;
  if (typeof written !== "number") return null;
  if (written >= smallestPlain) {
    const plain = String(written);
    return decimalForm.test(plain) && plain.replace(/^0*\.?0*|\./g, "").length <= digitsKept ? plain : null;
  }
  const text = written === 0 ? "0" : written.toFixed(9);
  return written >= 0 && Number(text) === written ? text : null;
}
