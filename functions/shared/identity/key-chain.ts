import type { IdentityKey } from "./keyed-hash.ts";
import type { IdentifierKind, KeyedHash, Normalised } from "./types.ts";

/** Hashes as they are in the clean tables at present. */
export interface KeyChain {
  /** How many keys there have been, the present one included. */
  readonly generation: number;
  readonly hash: <K extends IdentifierKind>(kind: K, value: Normalised<NoInfer<K>>) => KeyedHash<K>;
}

/**
 * All keys there have been, oldest first: the hash under the first one is hashed under the second, and so on. When a key
 * is replaced, plaintext is gone already, and this is what can still be made of the hashes there are. Whoever has got
 * hold of an older key alone can test no guess against today's hashes.
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
