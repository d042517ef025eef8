/**
 * Kinds of identifier of a person. Each has its own domain under the key, so hashes of two kinds are never
 * equal.
 */
export type IdentifierKind = "email" | "phone";

declare const normalised: unique symbol;
declare const keyed: unique symbol;
declare const matchable: unique symbol;

/**
 * The normal form of an identifier, which is hashed. It is personal data in plaintext and must not be in
 * logs, errors or tables.
 */
export type Normalised<K extends IdentifierKind> = string & { readonly [normalised]: K };

/**
 * HMAC-SHA-256 with our key, 64 lower-case hexadecimal digits: for joins inside the warehouse, useless
 * outside.
 */
export type KeyedHash<K extends IdentifierKind> = string & { readonly [keyed]: K };

/** Ad platforms that take hashes of identifiers, each under its own rules. */
export type Platform = "meta" | "google" | "tiktok";

/**
 * Plain SHA-256 under a platform's rules, 64 lower-case hexadecimal digits. Guessing can find the person, so
 * it is personal data everywhere.
 */
export type MatchableHash<P extends Platform> = string & { readonly [matchable]: P };

/** A value, or the reason why there is none. */
export type Outcome<V, R extends string> = { readonly value: V } | { readonly refused: R };
