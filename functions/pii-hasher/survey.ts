import type { Pii } from "../shared/config/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import { orError } from "../shared/stores/bigquery/error.ts";
import type { Tables, Warehouse } from "../shared/stores/bigquery/types.ts";
import { readProgress, wholeFunction } from "./tables/progress.ts";
import type { Progress, Survey } from "./tables/types.ts";

/** The state of each raw table: the stored progress, by one query, and metadata, which costs nothing. */
export async function surveyOf(
  pii: Pii,
  warehouse: Warehouse & Tables,
): Promise<{ readonly surveys: readonly Survey[]; readonly whole: Progress | null }> {
  const [progress, infos] = await Promise.all([
    readProgress(warehouse),
    Promise.all(
      pii.tables.map((it) =>
        Promise.all([
          orError(() => warehouse.table(nameOf(it.source.table))),
          orError(() => warehouse.table(nameOf(it.clean))),
        ]),
      ),
    ),
  ]);
  const surveys = pii.tables.map((table, at): Survey => {
    const [raw = null, clean = null] = infos[at] ?? [];
    return { table, raw, clean, progress: progress.get(table.id) ?? null };
  });
  return { surveys, whole: progress.get(wholeFunction) ?? null };
}
