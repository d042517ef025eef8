import type { IdentityKey } from "./keyed-hash.ts";
import type { IdentifierKind, KeyedHash, Normalised } from "./types.ts";

/** Computes the hashes of today's clean tables. */
export interface KeyChain {
  /** Number of keys so far, including the present one. */
  readonly generation: number;
  readonly hash: <K extends IdentifierKind>(kind: K, value: Normalised<NoInfer<K>>) => KeyedHash<K>;
}

/**
 * Chains all keys, oldest first: the hash under the first one is hashed under the second, and so on. When a
 * key is replaced, the plaintext is already gone, so new hashes can only be made from old ones. A person who
 * has only an older key cannot test guesses against today's hashes.
 *
 * @param keys at least one
 */
export function keyChain(keys: readonly IdentityKey[]): KeyChain {
  const [first, ...later] = keys;
  if (first === undefined) throw new Error("there is no key to hash with");
  return {
    generation: keys.length,
    hash: (kind, value) => later.reduce((hash, key) => key.rehash(kind, hash), first.hash(kind, value)),
  };
}
