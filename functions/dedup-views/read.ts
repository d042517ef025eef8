import { distance } from "fastest-levenshtein";
import type { DedupView, WarehouseFile } from "../shared/config/types.ts";
import { datasetOf, nameOf } from "../shared/config/values/table-name.ts";
import { orError, WarehouseError } from "../shared/stores/bigquery/error.ts";
import { textOf } from "../shared/stores/bigquery/row.ts";
import type { TableInfo, Tables, Warehouse } from "../shared/stores/bigquery/types.ts";
import { ownLabels } from "./definition.ts";
import type { Survey } from "./types.ts";

/** Number of concurrent metadata requests, far below BigQuery's 100 a second for one caller and method. */
const atOnce = 20;

/** The raw table and the present view of each view. Metadata only; in the order of `views`. */
export async function surveyOf(
  views: readonly DedupView[],
  tables: Tables,
  warehouse: Warehouse,
): Promise<Survey[]> {
  const names = [...new Set(views.flatMap(({ source, view }) => [nameOf(source.table), nameOf(view)]))];
  const found = new Map<string, TableInfo | null | WarehouseError>();
  for (let start = 0; start < names.length; start += atOnce) {
    const some = names.slice(start, start + atOnce);
    const answers = await Promise.all(some.map((name) => orError(() => tables.table(name))));
    some.forEach((name, at) => void found.set(name, answers[at] ?? null));
  }
  return Promise.all(
    views.map(async (view) => {
      const raw = found.get(nameOf(view.source.table)) ?? null;
      const deployed = found.get(nameOf(view.view)) ?? null;
      const lookalikes = raw === null ? await lookalikesOf(view, deployed, views, warehouse) : [];
      return { view, raw, deployed, lookalikes };
    }),
  );
}

/**
 * Views that were created here and that the warehouse file no longer names, in the datasets of its views and
 * raw tables. They are left as they are. A dataset that cannot be listed is skipped.
 */
export async function abandonedViews(
  { dedupViews, sources }: Pick<WarehouseFile, "dedupViews" | "sources">,
  tables: Tables,
): Promise<readonly string[]> {
  const repeating = sources.filter(({ uniqueKey }) => uniqueKey.length > 0).map(({ table }) => table);
  const places = [...repeating, ...dedupViews.map(({ view }) => view)];
  const datasets = [...new Set(places.map(datasetOf))];
  const kept = new Set(dedupViews.map(({ view }) => nameOf(view)));
  const [[key, value] = ["", ""]] = Object.entries(ownLabels({ id: "" }));
  const found = await Promise.all(
    datasets.map((dataset) => orError(() => tables.viewsLabelled(dataset, { key, value }))),
  );
  return found
    .flatMap((names) => (names instanceof WarehouseError ? [] : names))
    .filter((name) => !kept.has(name));
}

/**
 * Tables that may be the renamed raw table; the most similar names first. It is only a hint: if it cannot be
 * read, the finding is reported without it.
 */
async function lookalikesOf(
  view: DedupView,
  deployed: TableInfo | null | WarehouseError,
  views: readonly DedupView[],
  warehouse: Warehouse,
): Promise<readonly string[]> {
  const { table, uniqueKey, arrival } = view.source;
  const columns =
    deployed === null || deployed instanceof WarehouseError || deployed.columns.length === 0
      ? [...uniqueKey, arrival, ...view.tieBreak]
      : deployed.columns.map(({ name }) => name);
  const known = views.flatMap((it) => [it.view.table, it.source.table.table]);
  try {
    const rows = await warehouse.query("dedup-views/lookalikes", {
      names: { dataset: datasetOf(table) },
      params: { columns: [...new Set(columns.map((name) => name.toLowerCase()))], known },
    });
    const near = rows
      .map((row) => textOf(row, "table_name"))
      .toSorted((a, b) => distance(a, table.table) - distance(b, table.table));
    return near.slice(0, 3).map((name) => `${datasetOf(table)}.${name}`);
  } catch (error) {
    if (error instanceof WarehouseError) return [];
    throw error;
  }
}
