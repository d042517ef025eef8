import { getOrThrow, placeOf, type Resolved } from "../../values/resolved.ts";
import { type TableName, tableName } from "../../values/table-name.ts";
import type { WrittenProject } from "../project/schema.ts";
import { resolveMoney, type Source } from "../sources/resolve.ts";
import { maxRemovedDefault, type WrittenDedupViews } from "./schema.ts";

export function resolveDedupViews(
  file: WrittenProject & WrittenDedupViews,
  sources: ReadonlyMap<string, Source>,
) {
  return Object.entries(file.dedup_views ?? {}).map(([id, it]) => {
    const source = getOrThrow(sources, it.source);
    if (source.arrival === null) throw new Error(`${it.source} has no arrival`);
    const view: TableName =
      it.view === undefined ? { ...source.table, table: id } : tableName(it.view, file.project);
    return {
      id,
      /** The raw table. Its unique key is never empty here, and it has an arrival column. */
      source: { ...source, arrival: source.arrival },
      view,
      /** Which of two versions that arrived in the same instant counts: the one with the higher values. */
      tieBreak: it.tie_break ?? [],
      /**
       * Columns with the same values in all rows of one sync; null if rows that arrived at the same instant
       * are of one sync.
       */
      sync: it.sync === undefined || it.sync === "unknown" ? null : placeOf(it.sync),
      /**
       * True if the loader does not record which rows came together: the key is not checked, and `sync` is
       * null.
       */
      syncUnknown: it.sync === "unknown",
      money: it.money === undefined ? source.money : resolveMoney(it.money),
      /** Share of today's clean rows, 0 to 1: a replacement that would remove more is refused. */
      maxRemoved: Number.parseFloat(it.max_removed ?? maxRemovedDefault) / 100,
      /** True if an existing view of that name, made by somebody else, may be replaced. */
      adopt: it.adopt ?? false,
    };
  });
}

/**
 * A view over a table whose loader delivers facts repeatedly: one row per fact, the version that arrived
 * last.
 */
export type DedupView = Resolved<ReturnType<typeof resolveDedupViews>>[number];
