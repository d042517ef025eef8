import type { PiiTable } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import { orError, type WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { inBranches } from "../../shared/stores/bigquery/in-branches.ts";
import {
  instantOf,
  instantOrNull,
  numberOf,
  numberOrNull,
  numbersOf,
  textOf,
} from "../../shared/stores/bigquery/row.ts";
import type { Inputs, Row, Warehouse } from "../../shared/stores/bigquery/types.ts";
import type { Coverage, Health, RegisteredKey, Remembered } from "./types.ts";

/**
 * Counts each table separately; one that cannot be counted does not stop the others. @param generation of the
 * registered key
 */
export function readCoverage(
  tables: readonly PiiTable[],
  generation: number,
  warehouse: Warehouse,
): Promise<ReadonlyMap<PiiTable, Coverage | WarehouseError>> {
  const shared = { params: { generation } };
  return inBranches("pii-hashing/coverage", tables, coverageInputs, coverageOf, warehouse, shared);
}

function coverageInputs({ source, clean, identifiers, erase }: PiiTable): Inputs {
  const key = source.uniqueKey;
  const counts = (of: (one: PiiTable["identifiers"][number]) => Fragment) =>
    Fragment.array(identifiers.map((one) => Fragment.of`COUNTIF(${of(one)})`));
  // Each column is a text of its own, so that neighbouring values cannot join.
  const isUnusable = (column: string) =>
    Fragment.of`${Fragment.quotedName(column)} IN UNNEST(SPLIT(COALESCE(kept.${"_unusable"}, ''), ','))`;
  return {
    names: {
      raw: nameOf(source.table),
      clean: nameOf(clean),
      first_key: key[0] ?? "",
      readable: Fragment.any(
        [...identifiers.map(({ column }) => column), ...erase].map(
          (column) => Fragment.of`TO_JSON_STRING(raw.${column}) NOT IN ('null', '[]')`,
        ),
      ),
      readable_counts: counts(({ column }) => Fragment.of`raw.${column} IS NOT NULL`),
      hashed_counts: counts(({ hash }) => Fragment.of`REGEXP_CONTAINS(kept.${hash}, r'^[0-9a-f]{64}$')`),
      never_given_counts: counts(
        ({ hash, column }) => Fragment.of`kept.${hash} IS NULL AND NOT ${isUnusable(column)}`,
      ),
      unusable_counts: counts(
        ({ hash, column }) => Fragment.of`kept.${hash} IS NULL AND ${isUnusable(column)}`,
      ),
      other_format_counts: counts(
        ({ hash }) => Fragment.of`NOT REGEXP_CONTAINS(kept.${hash}, r'^[0-9a-f]{64}$')`,
      ),
      key_text: Fragment.concat(key.map((column) => Fragment.of`TO_JSON_STRING(kept.${column}), ','`)),
      raw_key: Fragment.list(key.map((column) => Fragment.of`raw.${column}`)),
      has_key: Fragment.all(key.map((column) => Fragment.of`raw.${column} IS NOT NULL`)),
      kept_key: Fragment.all(key.map((column) => Fragment.of`kept.${column} = raw.${column}`)),
    },
  };
}

function coverageOf([row]: readonly Row[], { identifiers }: PiiTable): Coverage {
  if (row === undefined) throw new Error("the query returned no row");
  const at = (column: string, place: number) => numbersOf(row, column)[place] ?? 0;
  return {
    rawRows: numberOf(row, "raw_rows"),
    readableRows: numberOf(row, "readable_rows"),
    cleanRows: numberOf(row, "clean_rows"),
    cleanKeys: numberOf(row, "clean_keys"),
    missingKeys: numberOf(row, "missing_keys"),
    otherGenerations: numberOf(row, "other_generations"),
    columns: identifiers.map(({ column, hash }, place) => ({
      column,
      hash,
      readable: at("readable", place),
      hashed: at("hashed", place),
      neverGiven: at("never_given", place),
      unusable: at("unusable", place),
      otherFormat: at("other_formats", place),
    })),
  };
}

/** @param now the requested instant */
export async function readHealth(warehouse: Warehouse, now: Date): Promise<Health | WarehouseError> {
  const params = {
    function: "pii-hasher",
    now,
    hour_ago: new Date(now.getTime() - 3_600_000),
    since: new Date(now.getTime() - 7 * 86_400_000),
  };
  return orError(async () => {
    const [row] = await warehouse.query("pii-hashing/health", { params });
    // A dry run counts nothing.
    if (row === undefined) return neverRan;
    return {
      runs: numberOf(row, "runs"),
      failedRuns: numberOf(row, "failed_runs"),
      quietRuns: numberOf(row, "quiet_runs"),
      bytesBilled: numberOrNull(row, "bytes_billed") ?? 0,
      lastRun: instantOrNull(row, "last_run"),
      lastFinished: instantOrNull(row, "last_finished"),
    };
  });
}

const neverRan: Health = {
  runs: 0,
  failedRuns: 0,
  quietRuns: 0,
  bytesBilled: 0,
  lastRun: null,
  lastFinished: null,
};

/** The registered key; null if there is none yet. */
export async function readKey(warehouse: Warehouse): Promise<RegisteredKey | null | WarehouseError> {
  return orError(async () => {
    const [row] = await warehouse.query("pii-hashing/keys");
    if (row === undefined) return null;
    return {
      generation: numberOf(row, "generation"),
      secretVersion: textOf(row, "secret_version"),
      fingerprint: textOf(row, "fingerprint"),
      registeredAt: instantOf(row, "registered_at"),
    };
  });
}

/** Keyed by source id. */
export async function readRemembered(
  warehouse: Warehouse,
): Promise<ReadonlyMap<string, Remembered> | WarehouseError> {
  return orError(async () => {
    const rows = await warehouse.query("pii-hasher/tables");
    return new Map(
      rows.map((row) => [
        textOf(row, "table_id"),
        {
          pendingRows: numberOf(row, "pending_rows"),
          pendingSince: instantOrNull(row, "pending_since"),
          rowsLeft: numberOf(row, "rows_left"),
          emptiedAt: instantOrNull(row, "emptied_at"),
        },
      ]),
    );
  });
}
