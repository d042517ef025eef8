const digit = /\p{Nd}/u;
const foreignDigit = /[\p{Nd}--[0-9]]/gv;

/** Decimal digits of any script (Arabic-Indic, Devanagari, …) as ASCII ones. */
export function asciiDigits(text: string): string {
  return text.replace(foreignDigit, asciiOf);
}

/**
 * Unicode keeps the ten digits of a script together, zero first (Standard, 4.6), so the zero is at the start
 * of the run.
 */
function asciiOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  let zero = code;
  while (digit.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}
