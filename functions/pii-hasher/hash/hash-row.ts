import { createHash } from "node:crypto";
import type { Identifier, Uploads } from "../../shared/config/types.ts";
import type { KeyChain } from "../../shared/identity/key-chain.ts";
import { matchableEmail, matchablePhone } from "../../shared/identity/matchable-hash.ts";
import { normaliseEmail } from "../../shared/identity/normalise-email.ts";
import { normalisePhone } from "../../shared/identity/normalise-phone.ts";
import { lengthPrefixedText, staged } from "../tables/sql-fragments.ts";

/** A row of a raw table with plaintext identifiers. It must not be logged or stored. */
export interface ReadRow {
  readonly key: readonly (string | null)[];
  /** As BigQuery writes a TIMESTAMP. */
  readonly arrived: string;
  readonly values: readonly (string | null)[];
  readonly countries: readonly (string | null)[];
  /** A column that is emptied without a hash holds a value. */
  readonly isErasable: boolean;
  /** The clean table has this version of the row, or a later one. */
  readonly isStored: boolean;
}

/** The result for a row. */
export interface Hashed {
  /**
   * For the staging table: the key, a digest of the read values, hashes, and no plaintext. Null if nothing is
   * to be done.
   */
  readonly staged: Readonly<Record<string, string | boolean | null>> | null;
  /** Whether the raw row has values to empty. */
  readonly empties: boolean;
  /**
   * Column and reason of each value without a hash. An empty text does not count, because nothing was given.
   */
  readonly unusable: readonly { readonly column: string; readonly reason: string }[];
}

/** The settings for hashing a row. */
export interface Recipe {
  readonly chain: KeyChain;
  readonly identifiers: readonly Identifier[];
  /** Country of phone numbers in rows without a country. */
  readonly country: string | null;
  readonly erasesUnusable: boolean;
  readonly uploads: Uploads | null;
  /** Prefix of the digested text; each staging table has another one. */
  readonly salt: string;
}

/** The same row and recipe make the same hashes. Pure. */
export function hashRow(row: ReadRow, recipe: Recipe): Hashed {
  const { identifiers, erasesUnusable, salt, uploads } = recipe;
  const platforms = uploads?.platforms ?? [];
  const cells: Record<string, string | boolean | null> = {};
  const unusable: { column: string; reason: string }[] = [];
  let empties = row.isErasable;
  for (const [at, identifier] of identifiers.entries()) {
    const outcome = hashesOf(row.values[at] ?? null, identifier, row, recipe);
    const isRefused = "refused" in outcome && outcome.refused !== "empty";
    const isKept = isRefused && !erasesUnusable;
    if (isRefused) unusable.push({ column: identifier.column, reason: outcome.refused });
    if ((row.values[at] ?? null) !== null && !isKept) empties = true;
    cells[staged.hash(at)] = "keyed" in outcome ? outcome.keyed : null;
    cells[staged.kept(at)] = isKept;
    for (const [nth, platform] of platforms.entries())
      cells[staged.match(at, platform)] = "matchable" in outcome ? (outcome.matchable[nth] ?? null) : null;
  }
  if (row.key.includes(null))
    return { staged: null, empties: false, unusable: [{ column: "", reason: "no_key" }] };
  if (row.isStored && !empties) return { staged: null, empties, unusable };
  const key = Object.fromEntries(row.key.map((text, at) => [staged.key(at), text]));
  const digest = createHash("sha256")
    .update(salt + lengthPrefixedText([...row.values, ...row.countries]))
    .digest("hex");
  return {
    staged: { ...key, arrived: row.arrived, salt, digest, unusable: columnsOf(unusable), ...cells },
    empties,
    unusable,
  };
}

type Hashes =
  | { readonly keyed: string; readonly matchable: readonly (string | null)[] }
  | { readonly refused: string }
  | { readonly nothing: true };

function hashesOf(
  value: string | null,
  { kind }: Identifier,
  { countries }: ReadRow,
  { chain, country, uploads }: Recipe,
): Hashes {
  const platforms = uploads?.platforms ?? [];
  if (kind === "email") {
    const email = normaliseEmail(value);
    if (email === null) return { nothing: true };
    if ("refused" in email) return email;
    const matchable = platforms.map((platform) => {
      const hash = matchableEmail(platform, email.value);
      return "value" in hash ? hash.value : null;
    });
    return { keyed: chain.hash("email", email.value), matchable };
  }
  const phone = normalisePhone(value, [...countries, country]);
  if (phone === null) return { nothing: true };
  if ("refused" in phone) return phone;
  const switches = { tiktokPlus: uploads?.tiktokPlus ?? true };
  return {
    keyed: chain.hash("phone", phone.value),
    matchable: platforms.map((platform) => matchablePhone(platform, phone.value, switches)),
  };
}

/** `email,phone`; null for none. */
function columnsOf(unusable: Hashed["unusable"]): string | null {
  return unusable.length === 0 ? null : unusable.map(({ column }) => column).join(",");
}
