import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { inBranches } from "../../shared/stores/bigquery/in-branches.ts";
import { numberOf } from "../../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { readable } from "./sql-fragments.ts";
import type { Layout } from "./types.ts";

/**
 * Rows of each raw table with readable identifiers, in one job; a table that cannot be read does not stop the
 * others.
 */
export function countReadable<T extends { readonly layout: Layout }>(
  tables: readonly T[],
  warehouse: Warehouse,
): Promise<ReadonlyMap<T, number | WarehouseError>> {
  return inBranches(
    "pii-hasher/readable",
    tables,
    ({ layout }) => ({ names: { raw: layout.raw, readable: readable(layout) } }),
    ([row]) => (row === undefined ? 0 : numberOf(row, "readable_rows")),
    warehouse,
  );
}
