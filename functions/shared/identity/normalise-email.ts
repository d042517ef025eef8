import { normaliseDomain } from "./normalise-domain.ts";
import { plainText, type TextRefusal } from "./plain-text.ts";
import type { Normalised, Outcome } from "./types.ts";

export type EmailRefusal =
  | TextRefusal
  | "no_at"
  /** More than one @. */
  | "two_addresses"
  | "no_name"
  /** Blanks, control characters, quotes, brackets or commas before the @, or only dots. */
  | "bad_name"
  | "no_domain"
  | "bad_domain";

/** RFC 5321, 4.5.3.1. In bytes. */
const maxNameLength = 64;
const maxAddressLength = 254;

const withDisplayName = /^[^<>@]*<([^<>]*)>$/;
/** Without escapes and headers (RFC 6068), because decoding them would be a guess. */
const mailtoLink = /^mailto:([^%?]*)$/;
const notInName = /[\p{White_Space}\p{Cc}"(),:;<>[\\\]]/u;

/**
 * The normal form of an e-mail address: NFC, lower-case, domain in ASCII. `Jane <jane@x.example>` and
 * `mailto:jane@x.example` give the address in them.
 *
 * Dots and `+tags` stay: their meaning depends on the provider, and two accounts must not become one. Quoted
 * names are refused, because they are nearly always export errors.
 *
 * @returns null for null: no address was given, which is not a failure
 */
export function normaliseEmail(
  text: string | null | undefined,
): Outcome<Normalised<"email">, EmailRefusal> | null {
  if (text === null || text === undefined) return null;
  // Lower case comes first, because it can produce characters that NFC composes. It does not depend on the
  // locale.
  const plain = plainText(text.toLowerCase());
  if ("refused" in plain) return plain;
  const inside = withDisplayName.exec(plain.value)?.[1]?.trim() ?? plain.value;
  const address = mailtoLink.exec(inside)?.[1] ?? inside;

  const at = address.indexOf("@");
  if (at < 0) return { refused: address === "" ? "empty" : "no_at" };
  if (address.includes("@", at + 1)) return { refused: "two_addresses" };
  // Σ became σ or ς, depending on the next character: both are the same letter.
  const name = address.slice(0, at).replaceAll("ς", "σ");
  if (name === "") return { refused: "no_name" };
  if (notInName.test(name) || /^\.+$/.test(name)) return { refused: "bad_name" };
  if (at === address.length - 1) return { refused: "no_domain" };
  const domain = normaliseDomain(address.slice(at + 1));
  if (domain === null) return { refused: "bad_domain" };

  const value = `${name}@${domain}`;
  if (Buffer.byteLength(name) > maxNameLength || Buffer.byteLength(value) > maxAddressLength)
    return { refused: "too_long" };
  return { value: value as Normalised<"email"> };
}
