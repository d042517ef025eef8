import { getOrThrow, type Resolved } from "../../values/resolved.ts";
import { datasetOf, tableName } from "../../values/table-name.ts";
import type { WrittenProject } from "../project/schema.ts";
import type { Source } from "../sources/resolve.ts";
import type { WrittenPii } from "./schema.ts";

/** @returns null if the file has no `pii`: no identifiers are hashed or searched */
export function resolvePii(file: WrittenProject & WrittenPii, sources: ReadonlyMap<string, Source>) {
  const { pii } = file;
  if (pii === undefined) return null;
  const tables = Object.entries(pii.tables).map(([id, it]) => {
    const source = getOrThrow(sources, id);
    if (source.arrival === null) throw new Error(`${id} has no arrival`);
    return {
      /** Id of the source. */
      id,
      /** The raw table. Its unique key is never empty here. */
      source: { ...source, arrival: source.arrival },
      clean: tableName(it.clean, file.project),
      /** Each is a column of the raw table and the column of its hash in the clean one. Never empty. */
      identifiers: [...identifiers("email", it.emails), ...identifiers("phone", it.phones)],
      /** Columns with the country of a row's phone numbers, the best first. */
      countries: it.country ?? [],
      /** Columns that are emptied without a hash. */
      erase: it.erase ?? [],
      /** Whether values without a hash, because they are not an address or number, are emptied too. */
      erasesUnusable: it.unusable === "erase",
    };
  });
  const byId = new Map(tables.map((table) => [table.id, table]));
  const hashOf = (written: string) => {
    const [id = "", hash = ""] = written.split(".");
    return { table: getOrThrow(byId, id), hash };
  };
  const inFull = (dataset: string) => (dataset.includes(".") ? dataset : `${file.project}.${dataset}`);
  const named = [...[...sources.values()].map(({ table }) => table), ...tables.map(({ clean }) => clean)];
  return {
    /** Name of the secret with the key. */
    keySecret: pii.key,
    /**
     * ISO 3166 alpha-2 for phone numbers without a country, in rows without one; null means that they are
     * refused.
     */
    country: pii.country ?? null,
    /** Name of the secret that lists the test persons. */
    canariesSecret: pii.canaries ?? null,
    tables,
    matches: (pii.matches ?? []).map((it) => ({
      of: hashOf(it.of),
      among: hashOf(it.among),
      /** The kind of hashes without a match, such as guest checkouts. */
      unmatchedAre: it.unmatched_are ?? null,
    })),
    /** `project.dataset` each: no text in them may hold an address or a phone number. */
    searched: [...new Set(pii.search?.map(inFull) ?? named.map(datasetOf))].toSorted(),
    /** Columns that are not searched, by `project.dataset.table.column`. */
    exclude: (pii.exclude ?? []).map(({ column, reason }) => ({
      column: isInFull(column, file.project) ? column : `${file.project}.${column}`,
      reason,
    })),
    uploads:
      pii.uploads === undefined
        ? null
        : {
            ...datasetName(inFull(pii.uploads.dataset)),
            platforms: [...new Set(pii.uploads.platforms)],
            tiktokPlus: pii.uploads.tiktok_plus ?? true,
          },
  };
}

function identifiers(kind: "email" | "phone", written: Readonly<Record<string, string>> = {}) {
  return Object.entries(written).map(([column, hash]) => ({ kind, column, hash }));
}

/** `dataset.table.record.member` has as many names as `project.dataset.table.column`; no dataset has a hyphen. */
function isInFull(column: string, project: string): boolean {
  const [first = ""] = column.split(".");
  return first === project || first.includes("-");
}

function datasetName(full: string) {
  const [project = "", dataset = ""] = full.split(".");
  return { project, dataset };
}

/** PII: hashed into clean tables, emptied in raw ones, and searched for in all tables. */
export type Pii = NonNullable<Resolved<ReturnType<typeof resolvePii>>>;

/** A raw table with PII, and its clean table. */
export type PiiTable = Pii["tables"][number];
export type Identifier = PiiTable["identifiers"][number];

/** Hashes of one clean table that should be found in another. */
export type HashMatch = Pii["matches"][number];

/** Plain hashes for ad platforms: personal data. */
export type Uploads = NonNullable<Pii["uploads"]>;
