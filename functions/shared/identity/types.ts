/** Kinds of identifier of a person. Each has a domain of its own under the key, so hashes of two kinds never meet. */
export type IdentifierKind = "email" | "phone";

declare const normalised: unique symbol;
declare const keyed: unique symbol;
declare const matchable: unique symbol;

/** The one spelling of an identifier: what is hashed. Personal data in the clear: not for logs, errors or tables. */
export type Normalised<K extends IdentifierKind> = string & { readonly [normalised]: K };

/** HMAC-SHA-256 under our key, 64 lower-case hexadecimal digits: for joins inside the warehouse, of no use outside. */
export type KeyedHash<K extends IdentifierKind> = string & { readonly [keyed]: K };

/** Ad platforms that take hashes of identifiers, each under its own rules. */
export type Platform = "meta" | "google" | "tiktok";

/**
 * Plain SHA-256 under a platform's rules, 64 lower-case hexadecimal digits. Whoever has it can find the person by
 * trying: it is personal data, wherever it goes.
 */
export type MatchableHash<P extends Platform> = string & { readonly [matchable]: P };

/** A value, or why there is none. */
export type Outcome<V, R extends string> = { readonly value: V } | { readonly refused: R };
