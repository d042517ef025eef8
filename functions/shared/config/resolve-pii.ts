import { tableName } from "./resolve-views.ts";
import { known } from "./resolved.ts";
import type { WrittenFile } from "./schema.ts";
import type { HashMatch, Identifier, Pii, PiiTable, Source } from "./types.ts";

/** What a file without mistakes says of people's identifiers; null where it says nothing. */
export function resolvePii(file: WrittenFile, sources: ReadonlyMap<string, Source>): Pii | null {
  const { pii } = file;
  if (pii === undefined) return null;
  const tables = Object.entries(pii.tables).map(([id, it]): PiiTable => {
    const source = known(sources, id);
    if (source.arrival === null) throw new Error(`${id} has no arrival`);
    return {
      id,
      source: { ...source, arrival: source.arrival },
      clean: tableName(it.clean, file.project),
      identifiers: [...identifiers("email", it.emails), ...identifiers("phone", it.phones)],
      countries: it.country ?? [],
      erase: it.erase ?? [],
      erasesUnusable: it.unusable === "erase",
    };
  });
  const byId = new Map(tables.map((table) => [table.id, table]));
  const hashOf = (written: string): HashMatch["of"] => {
    const [id = "", hash = ""] = written.split(".");
    return { table: known(byId, id), hash };
  };
  const inFull = (dataset: string) => (dataset.includes(".") ? dataset : `${file.project}.${dataset}`);
  const named = [...[...sources.values()].map(({ table }) => table), ...tables.map(({ clean }) => clean)];
  const searched = pii.search?.map(inFull) ?? named.map((it) => `${it.project}.${it.dataset}`);
  return {
    keySecret: pii.key,
    country: pii.country ?? null,
    canariesSecret: pii.canaries ?? null,
    tables,
    matches: (pii.matches ?? []).map((it) => ({
      of: hashOf(it.of),
      among: hashOf(it.among),
      unmatchedAre: it.unmatched_are ?? null,
    })),
    searched: [...new Set(searched)].toSorted(),
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

function identifiers(kind: Identifier["kind"], written: Readonly<Record<string, string>> = {}): Identifier[] {
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
