import { createHash } from "node:crypto";
import type { Canaries } from "./types.ts";

/**
 * Query parameters are stored in job metadata, so a canary's plaintext must not be one. Its plain hash must
 * not be one either, because a search of job metadata for plain hashes would find it. So the compared value
 * is SHA-256 of this prefix and the text. `pii/search.sql` uses the same prefix.
 */
const before = "plumbline pii ";

/** 64 lower-case hex digits. */
export function digestOf(text: string): string {
  return hex("sha256", before + text);
}

/** A synthetic person planted in the raw data. */
export interface Person {
  readonly email: string;
  /** E.164, `+16505551212`; null if the person has none. */
  readonly phone: string | null;
  /** Other spellings of the address and number in the raw data: `John.Doe@Example.com `, `(650) 555-1212`. */
  readonly spellings: readonly string[];
}

/** The digests of the test persons. They are computed next to the plaintext, so that it goes nowhere else. */
export function digestsOf(people: readonly Person[]): Canaries {
  const written = people.flatMap(({ email, phone, spellings }) => [
    email,
    ...(phone === null ? [] : [phone]),
    ...spellings,
  ]);
  const hashed = written.flatMap((text) => [text, text.trim(), sought(text), `+${sought(text)}`]);
  return {
    plain: distinct(written.map(sought).filter((text) => text !== "")).map(digestOf),
    unsalted: distinct(hashed.flatMap(unsaltedHashes)).map(digestOf),
  };
}

/** Folds a text as the search does: an address in lower case, a number as its digits. */
function sought(text: string): string {
  const folded = text.normalize("NFC").trim().toLowerCase();
  return folded.includes("@") ? folded : folded.replaceAll(/[^0-9]/g, "");
}

/** Hex, and base64 in the standard and the URL alphabet, with and without padding. */
function unsaltedHashes(text: string): string[] {
  return ["sha256", "sha1", "md5"].flatMap((algorithm) => {
    const base64 = createHash(algorithm).update(text).digest("base64");
    const forUrls = base64.replaceAll("+", "-").replaceAll("/", "_");
    return [hex(algorithm, text), ...[base64, forUrls].flatMap((it) => [it, it.replaceAll("=", "")])];
  });
}

function hex(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest("hex");
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
