import {
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";
import { asciiDigits } from "./digits.ts";
import { plainText, type TextRefusal } from "./plain-text.ts";
import type { Normalised, Outcome } from "./types.ts";

export type PhoneRefusal =
  | TextRefusal
  | "not_a_number"
  /** Words and vanity numbers: `call after 5`, `1-800-FLOWERS`. */
  | "letters"
  | "too_short"
  /** A national number without a known country. */
  | "no_country"
  /** No country's numbering plan contains it. */
  | "no_such_number"
  | "two_numbers"
  /** It can be read as two different existing numbers. */
  | "two_readings";

type Country = Parameters<typeof getCountryCallingCode>[0];

/** A longer one is a second number: `6505551212;6505551213`. */
const maxExtensionLength = 6;

/**
 * The normal form of a phone number: E.164 with its plus. Extensions are dropped, because they belong to the
 * same number. A number counts only if a numbering plan contains it: a number that does not exist reads
 * differently with and without its trunk zero, and its spellings would not match.
 *
 * @param countries ISO 3166 alpha-2, of the row and then the default, the best first. Other texts (a name,
 *   `UK`) are
 *   skipped. The first country in which the number exists decides; a number with its `+` needs none
 * @returns null for null: no number was given, which is not a failure
 */
export function normalisePhone(
  text: string | null | undefined,
  countries: readonly (string | null | undefined)[],
): Outcome<Normalised<"phone">, PhoneRefusal> | null {
  if (text === null || text === undefined) return null;
  const plain = plainText(text);
  if ("refused" in plain) return plain;
  const written = asWritten(plain.value);
  const refused = refusalOf(written);
  if (refused !== null) return { refused };
  if (written.startsWith("+")) return onlyOne(readings([written], undefined)) ?? whyNot(written, undefined);

  const known = countries.map(countryOf).filter((it) => it !== null);
  for (const country of known) {
    const found = onlyOne(readings(spellings(written, country), country));
    if (found !== null) return found;
  }
  const abroad = fromAbroad(written);
  if (abroad !== null) return onlyOne(readings([abroad], undefined)) ?? whyNot(abroad, undefined);
  const [first] = known;
  return first === undefined ? { refused: "no_country" } : whyNot(written, first);
}

/** ASCII digits, without brackets, `tel:` and the apostrophe by which spreadsheets mark text. */
function asWritten(plain: string): string {
  return asciiDigits(plain)
    .replace(/^'/, "")
    .replace(/^tel:/i, "")
    .replace(/[()[\]\p{White_Space}]+/gu, " ")
    .trim();
}

function refusalOf(written: string): PhoneRefusal | null {
  if (!/\d/.test(written)) return /\p{L}/u.test(written) ? "letters" : "not_a_number";
  // A number that was converted to a float has lost its leading zeros and gained one at the end.
  if (/^\d+\.0$/.test(written)) return "not_a_number";
  if (/\d.*\+.*\d/s.test(written)) return "two_numbers";
  return null;
}

function countryOf(code: string | null | undefined): Country | null {
  const upper = code?.trim().toUpperCase() ?? "";
  return isSupportedCountry(upper) ? upper : null;
}

/**
 * As it is dialled in the country; with the country's own code; with the zeros that most countries dial
 * before a foreign number, and some before a carrier's code: `0049…` in Singapore is two numbers.
 */
function spellings(written: string, country: Country): string[] {
  const digits = written.replace(/\D+/g, "");
  const withCode = digits.startsWith(getCountryCallingCode(country)) ? `+${written}` : null;
  return [written, withCode, fromAbroad(written)].filter((it) => it !== null);
}

function fromAbroad(written: string): string | null {
  const rest = /^0\D?0\D*(\d.*)$/s.exec(written)?.[1];
  return rest === undefined ? null : `+${rest}`;
}

/** Existing numbers only. */
function readings(spelt: readonly string[], country: Country | undefined): PhoneNumber[] {
  return spelt
    .map((it) => parsePhoneNumberFromString(it, { defaultCountry: country, extract: false }))
    .filter((it): it is PhoneNumber => it?.isValid() === true);
}

function onlyOne(found: readonly PhoneNumber[]): Outcome<Normalised<"phone">, PhoneRefusal> | null {
  const [first] = found;
  if (first === undefined) return null;
  if (found.some(({ number }) => number !== first.number)) return { refused: "two_readings" };
  if (found.some(({ ext }) => (ext?.length ?? 0) > maxExtensionLength)) return { refused: "two_numbers" };
  return { value: first.number as string as Normalised<"phone"> };
}

function whyNot(written: string, country: Country | undefined): { refused: PhoneRefusal } {
  switch (validatePhoneNumberLength(written, { defaultCountry: country })) {
    case "TOO_SHORT":
      return { refused: "too_short" };
    case "TOO_LONG":
      return { refused: "too_long" };
    case "NOT_A_NUMBER":
      return { refused: /\p{L}/u.test(written) ? "letters" : "not_a_number" };
    default:
      return { refused: "no_such_number" };
  }
}
