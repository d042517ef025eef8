import { createHash } from "node:crypto";
import type { Canaries } from "./types.ts";

/**
 * What stands in a query parameter stands in the metadata of its job. A canary's plaintext has no place there, and
 * neither has its plain hash, which a search of job metadata for plain hashes would find: so what is compared is
 * SHA-256 with this before the text. `pii/search.sql` begins the same way.
 */
const before = "plumbline pii ";

/** 64 lower-case hex digits. */
export function digestOf(text: string): string {
  return hex("sha256", before + text);
}

/** A synthetic person planted in the raw data. */
export interface Person {
  readonly email: string;
  /** E.164, `+16505551212`; null where the person has none. */
  readonly phone: string | null;
  /** Other ways in which they stand in the raw data: `John.Doe@Example.com `, `(650) 555-1212`. */
  readonly spellings: readonly string[];
}

/** The people's digests: computed where their plaintext is, so that it goes nowhere else. */
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

/** As the search folds what it finds: an address in lower case, a number as its digits. */
function sought(text: string): string {
  const folded = text.normalize("NFC").trim().toLowerCase();
  return folded.includes("@") ? folded : folded.replaceAll(/[^0-9]/g, "");
}

/** Hex, and base64 of the bytes as it is written for files and for URLs, with and without its padding. */
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
