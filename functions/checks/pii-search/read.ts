import { orError, WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { flagOf, instantOrNull, numberOf, rowsOf, textOf } from "../../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import type { Partition } from "./plan.ts";
import type { Listed } from "./types.ts";

/** The tables of each dataset, without views; a dataset that cannot be listed does not stop the others. */
export async function readTables(
  datasets: readonly string[],
  warehouse: Warehouse,
): Promise<ReadonlyMap<string, readonly Listed[] | WarehouseError>> {
  const listed = datasets.map(async (dataset) => {
    const answer = await orError(async () => {
      const rows = await warehouse.query("pii-search/tables", { names: { dataset } });
      return rows.map((row) => ({
        table: `${dataset}.${textOf(row, "table_name")}`,
        isExternal: flagOf(row, "is_external"),
        modified: instantOrNull(row, "modified"),
        bytes: numberOf(row, "size_bytes"),
        columns: rowsOf(row, "table_columns").map((column) => ({
          name: textOf(column, "name"),
          type: textOf(column, "type"),
          isPartitioning: flagOf(column, "is_partitioning"),
        })),
      }));
    });
    return [dataset, answer] as const;
  });
  return new Map(await Promise.all(listed));
}

/** BigQuery's limit for INFORMATION_SCHEMA.PARTITIONS, https://cloud.google.com/bigquery/docs/information-schema-partitions. */
const tablesAtOnce = 1_000;

/**
 * Partitions by table, `project.dataset.table`. If they cannot be read, the list is empty and tables are read
 * completely.
 */
export async function readPartitions(
  dataset: string,
  tables: readonly string[],
  warehouse: Warehouse,
): Promise<ReadonlyMap<string, readonly Partition[]>> {
  const found = new Map<string, Partition[]>();
  for (let start = 0; start < tables.length; start += tablesAtOnce) {
    const names = tables.slice(start, start + tablesAtOnce).map((table) => table.slice(dataset.length + 1));
    const rows = await orError(() =>
      warehouse.query("pii-search/partitions", {
        names: { dataset },
        params: { tables: names },
        types: { tables: ["STRING"] },
      }),
    );
    if (rows instanceof WarehouseError) continue;
    for (const row of rows) {
      const table = `${dataset}.${textOf(row, "table_name")}`;
      const partition = {
        id: textOf(row, "partition_id"),
        modified: instantOrNull(row, "last_modified_time"),
      };
      found.set(table, [...(found.get(table) ?? []), partition]);
    }
  }
  return found;
}
