import { hmacSha256 } from "./hmac-sha256.ts";
import { KeyRefusedError, keyRefusal } from "./key-refusal.ts";
import type { IdentifierKind, KeyedHash, Normalised } from "./types.ts";

/** A separate domain: no identifier is ever hashed in it. */
const fingerprintDomain = "plumbline key fingerprint";
const fingerprintLength = 16;
const isHash = /^[0-9a-f]{64}$/;

/**
 * Hashes identifiers with a key. The key cannot be read from the object by printing, serialising, inspecting
 * or cloning.
 */
export interface IdentityKey {
  /** Version of the secret. */
  readonly version: string;
  /** 16 hexadecimal digits that identify the key and reveal nothing about its hashes. */
  readonly fingerprint: string;
  /** HMAC-SHA-256(key, kind + "\0" + value). @throws Error for an empty value */
  readonly hash: <K extends IdentifierKind>(kind: K, value: Normalised<NoInfer<K>>) => KeyedHash<K>;
  /** HMAC-SHA-256(key, kind + " rotated\0" + hash), of a hash under the previous key. */
  readonly rehash: <K extends IdentifierKind>(kind: K, hash: KeyedHash<NoInfer<K>>) => KeyedHash<K>;
}

/**
 * The key's bytes are those of its text: nothing is decoded, so there is only one reading. `openssl rand -hex
 * 32` makes a key of 256 bits that fills SHA-256's block exactly.
 *
 * @param text as the secret holds it, not trimmed: a key with a newline is refused, not fixed
 * @throws KeyRefusedError, which contains nothing of the key
 */
export function identityKey(text: string | null | undefined, version: string): IdentityKey {
  const refusal = keyRefusal(text);
  if (refusal !== null) throw new KeyRefusedError(refusal);
  const bytes = Buffer.from(text ?? "");
  // A kind contains no NUL, so two pairs of kind and value never make the same message.
  const under = (domain: string) => hmacSha256(bytes, Buffer.from(`${domain}\0`));
  const hashes: Readonly<Record<IdentifierKind, (text: string) => string>> = {
    email: under("email"),
    phone: under("phone"),
  };
  const rehashes: Readonly<Record<IdentifierKind, (text: string) => string>> = {
    email: under("email rotated"),
    phone: under("phone rotated"),
  };
  // The closure holds the key, and no code can read a closure's variables.
  return Object.freeze({
    version,
    fingerprint: under(fingerprintDomain)("").slice(0, fingerprintLength),
    hash: <K extends IdentifierKind>(kind: K, value: Normalised<NoInfer<K>>) => {
      if (value.length === 0) throw new Error("an empty identifier has no hash");
      return hashes[kind](value) as KeyedHash<K>;
    },
    rehash: <K extends IdentifierKind>(kind: K, hash: KeyedHash<NoInfer<K>>) => {
      if (!isHash.test(hash))
        throw new Error("only a hash of 64 lower-case hexadecimal digits can be rotated");
      return rehashes[kind](hash) as KeyedHash<K>;
    },
  });
}
