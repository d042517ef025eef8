import type { Pii } from "../shared/config/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { TableInfo, Tables, Warehouse } from "../shared/stores/bigquery/types.ts";
import { readProgress, wholeFunction } from "./progress.ts";
import type { Progress, Survey } from "./types.ts";

/** The state of each raw table: the stored progress, by one query, and metadata, which costs nothing. */
export async function surveyOf(
  pii: Pii,
  warehouse: Warehouse & Tables,
): Promise<{ readonly surveys: readonly Survey[]; readonly whole: Progress | null }> {
  const [progress, infos] = await Promise.all([
    readProgress(warehouse),
    Promise.all(
      pii.tables.map((it) =>
        Promise.all([infoOf(nameOf(it.source.table), warehouse), infoOf(nameOf(it.clean), warehouse)]),
      ),
    ),
  ]);
  const surveys = pii.tables.map((table, at): Survey => {
    const [raw = null, clean = null] = infos[at] ?? [];
    return { table, raw, clean, progress: progress.get(table.id) ?? null };
  });
  return { surveys, whole: progress.get(wholeFunction) ?? null };
}

async function infoOf(name: string, tables: Tables): Promise<TableInfo | null | WarehouseError> {
  try {
    return await tables.table(name);
  } catch (error) {
    if (error instanceof WarehouseError) return error;
    throw error;
  }
}
