import type { TableName } from "../../shared/config/types.ts";
import { datasetOf } from "../../shared/config/values/table-name.ts";
import { orError, type WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { instantOf, numberOf, numberOrNull, rowsOf, textOf } from "../../shared/stores/bigquery/row.ts";
import type { Row, Warehouse } from "../../shared/stores/bigquery/types.ts";

/** A table or view as its dataset lists it. */
export interface ListedTable {
  /** Others are external tables and materialised views, which have no reliable modification time. */
  readonly kind: "table" | "view" | "other";
  readonly created: Date;
  /** Last write or edit. */
  readonly modified: Date;
  readonly rows: number;
}

export interface Listed extends ListedTable {
  /** Without its dataset. */
  readonly table: string;
  readonly bytes: number;
  /** Empty if they were not requested. */
  readonly columns: readonly Column[];
}

export interface Column {
  readonly name: string;
  /** As INFORMATION_SCHEMA writes it: `INT64`, `ARRAY<STRING>`. */
  readonly type: string;
}

/** The tables and views of a dataset, by name, or why they cannot be listed. */
export type Listing = ReadonlyMap<string, Listed> | WarehouseError;

/**
 * Lists each dataset with one query, in parallel; it reads metadata only. A dataset that cannot be listed
 * does not stop the others.
 *
 * @param wanted names of the tables whose columns are wanted, by dataset, `project.dataset`
 */
export async function listDatasets(
  wanted: ReadonlyMap<string, readonly string[]>,
  warehouse: Warehouse,
): Promise<ReadonlyMap<string, Listing>> {
  return new Map(
    await Promise.all(
      [...wanted].map(
        async ([dataset, tables]) => [dataset, await listed(dataset, tables, warehouse)] as const,
      ),
    ),
  );
}

export function listingInputs(dataset: string, tables: readonly string[]) {
  return { names: { dataset }, params: { tables }, types: { tables: ["STRING"] } } as const;
}

function listed(dataset: string, tables: readonly string[], warehouse: Warehouse): Promise<Listing> {
  return orError(async () => {
    const rows = await warehouse.query("table-stats/datasets", listingInputs(dataset, tables));
    return new Map(rows.map(listedOf).map((it) => [it.table, it]));
  });
}

/** BigQuery's `__TABLES__.type`. */
const kinds: ReadonlyMap<number, Listed["kind"]> = new Map([
  [1, "table"],
  [2, "view"],
]);

/** From a row with the columns `type`, `created`, `modified` and `row_count`. */
export function listedTableOf(row: Row): ListedTable {
  return {
    kind: kinds.get(numberOf(row, "type")) ?? "other",
    created: instantOf(row, "created"),
    modified: instantOf(row, "modified"),
    rows: numberOrNull(row, "row_count") ?? 0,
  };
}

function listedOf(row: Row): Listed {
  return {
    ...listedTableOf(row),
    table: textOf(row, "table_id"),
    bytes: numberOrNull(row, "size_bytes") ?? 0,
    columns: (row.table_columns === null ? [] : rowsOf(row, "table_columns")).map((column) => ({
      name: textOf(column, "name"),
      type: textOf(column, "type"),
    })),
  };
}

export function listedIn(listings: ReadonlyMap<string, Listing>, table: TableName): Listed | null {
  const listing = listings.get(datasetOf(table));
  return listing === undefined || listing instanceof Error ? null : (listing.get(table.table) ?? null);
}
