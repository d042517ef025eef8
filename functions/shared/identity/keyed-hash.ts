import { hmacSha256 } from "./hmac-sha256.ts";
import { KeyRefusedError, keyRefusal } from "./key-refusal.ts";
import type { IdentifierKind, KeyedHash, Normalised } from "./types.ts";

/** A kind of message of its own: no identifier is ever hashed under this domain. */
const fingerprintDomain = "plumbline key fingerprint";
const fingerprintLength = 16;
const isHash = /^[0-9a-f]{64}$/;

/** Hashes identifiers under a key that cannot be had from it: not by printing, serialising, inspecting or cloning. */
export interface IdentityKey {
  /** Of the secret it was read from. */
  readonly version: string;
  /** 16 hexadecimal digits that tell this key from any other and say nothing about its hashes. */
  readonly fingerprint: string;
  /** HMAC-SHA-256(key, kind + "\0" + value). @throws Error for an empty value */
  readonly hash: <K extends IdentifierKind>(kind: K, value: Normalised<NoInfer<K>>) => KeyedHash<K>;
  /** HMAC-SHA-256(key, kind + " rotated\0" + hash), of a hash under the key before this one. */
  readonly rehash: <K extends IdentifierKind>(kind: K, hash: KeyedHash<NoInfer<K>>) => KeyedHash<K>;
}

/**
 * The key's bytes are those of its text, as it stands: nothing is decoded, so nothing can be decoded in two ways.
 * `openssl rand -hex 32` makes one of 256 bits that fills SHA-256's block exactly.
 *
 * @param text as the secret holds it, not trimmed: a key with a newline is refused, not mended
 * @throws KeyRefusedError, which holds nothing of the key
 */
export function identityKey(text: string | null | undefined, version: string): IdentityKey {
  const refusal = keyRefusal(text);
  if (refusal !== null) throw new KeyRefusedError(refusal);
  const bytes = Buffer.from(text ?? "");
  // A kind holds no NUL, so no two pairs of kind and value make the same message.
  const under = (domain: string) => hmacSha256(bytes, Buffer.from(`${domain}\0`));
  const hashes: Readonly<Record<IdentifierKind, (text: string) => string>> = {
    email: under("email"),
    phone: under("phone"),
  };
  const rehashes: Readonly<Record<IdentifierKind, (text: string) => string>> = {
    email: under("email rotated"),
    phone: under("phone rotated"),
  };
  // What is held is held by a closure, which nothing can look into.
  return Object.freeze({
    version,
    fingerprint: under(fingerprintDomain)("").slice(0, fingerprintLength),
    hash: <K extends IdentifierKind>(kind: K, value: Normalised<NoInfer<K>>) => {
      if (value.length === 0) throw new Error("an empty identifier is nobody's and has no hash");
      return hashes[kind](value) as KeyedHash<K>;
    },
    rehash: <K extends IdentifierKind>(kind: K, hash: KeyedHash<NoInfer<K>>) => {
      if (!isHash.test(hash))
        throw new Error("what is rotated is no hash of 64 lower-case hexadecimal digits");
      return rehashes[kind](hash) as KeyedHash<K>;
    },
  });
}
