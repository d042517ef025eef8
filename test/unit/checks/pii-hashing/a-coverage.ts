import type {
  Column,
  Coverage,
  Health,
  RegisteredKey,
  Remembered,
} from "../../../../functions/checks/pii-hashing/types.ts";
import type { HashMatch, PiiTable } from "../../../../functions/shared/config/types.ts";
import { aConnector, ago, aSource, hours } from "../../../support/a-source.ts";

/** Orders of which all is hashed, and what is changed about them. Noon of 8 February 2026. */
export function aTable(parts: Partial<PiiTable> = {}): PiiTable {
  const source = {
    ...aSource({ id: "orders", connector: aConnector({ id: "shop" }), uniqueKey: ["id"] }),
    table: { project: "shop", dataset: "raw", table: "orders" },
    arrival: "extracted_at",
  };
  return {
    id: source.id,
    source,
    clean: { project: "shop", dataset: "clean", table: "orders" },
    identifiers: [
      { kind: "email", column: "email", hash: "email_hash" },
      { kind: "phone", column: "phone", hash: "phone_hash" },
    ],
    countries: [],
    erase: [],
    erasesUnusable: false,
    ...parts,
  };
}

export function aColumn(parts: Partial<Column> = {}): Column {
  return {
    column: "email",
    hash: "email_hash",
    readable: 0,
    hashed: 950,
    neverGiven: 50,
    unusable: 0,
    otherFormat: 0,
    ...parts,
  };
}

export const phoneColumn = (parts: Partial<Column> = {}) =>
  aColumn({ column: "phone", hash: "phone_hash", hashed: 700, neverGiven: 300, ...parts });

export function aCoverage(parts: Partial<Coverage> = {}): Coverage {
  return {
    rawRows: 1_200,
    readableRows: 0,
    cleanRows: 1_000,
    cleanKeys: 1_000,
    missingKeys: 0,
    otherGenerations: 0,
    columns: [aColumn(), phoneColumn()],
    ...parts,
  };
}

export function remembered(parts: Partial<Remembered> = {}): Remembered {
  return { pendingRows: 0, pendingSince: null, rowsLeft: 0, emptiedAt: ago(hours(1)), ...parts };
}

export function aHealth(parts: Partial<Health> = {}): Health {
  return {
    runs: 12,
    failedRuns: 0,
    quietRuns: 11,
    bytesBilled: 20 * 2 ** 20,
    lastRun: ago(5 * 60_000),
    lastFinished: ago(5 * 60_000),
    ...parts,
  };
}

export function aRegisteredKey(parts: Partial<RegisteredKey> = {}): RegisteredKey {
  return {
    generation: 1,
    secretVersion: "projects/shop/secrets/identity-key/versions/1",
    fingerprint: "0123456789abcdef",
    registeredAt: ago(hours(48)),
    ...parts,
  };
}

/** Orders by address, of which some are of no customer. */
export function aHashMatch(parts: Partial<HashMatch> = {}): HashMatch {
  return {
    of: { table: aTable(), hash: "email_hash" },
    among: { table: aTable({ id: "customers" }), hash: "email_hash" },
    unmatchedAre: "guest checkouts",
    ...parts,
  };
}
