import type { DedupView } from "../shared/config/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import { Fragment } from "../shared/stores/bigquery/fragment.ts";
import { numberOf } from "../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../shared/stores/bigquery/types.ts";

/** The effect of a replacement on the rows that a view has today. */
export interface Removal {
  /** Rows of the present view. */
  readonly today: number;
  /** Number of these that the replacement would not have. */
  readonly removed: number;
}

/**
 * How many of today's clean rows a replacement would remove, measured on the present view.
 *
 * @param remembered clean rows at the last run, for a view that cannot be read any more; null if there were
 *   none
 * @param wanted clean rows that the replacement would have
 * @returns null if neither the view nor the stored results show today's rows: then nothing can be removed
 */
export async function removalOf(
  view: DedupView,
  { remembered, wanted }: { readonly remembered: number | null; readonly wanted: number },
  warehouse: Warehouse,
): Promise<Removal | null> {
  try {
    const [row] = await warehouse.query("dedup-views/removed-rows", {
      names: {
        view: nameOf(view.view),
        table: nameOf(view.source.table),
        key: Fragment.columnList(view.source.uniqueKey),
      },
    });
    if (row === undefined) throw new Error("the count of removed rows has no row");
    const today = numberOf(row, "today");
    return { today, removed: today - numberOf(row, "staying") };
  } catch (error) {
    // It reads a missing column, or lacks a column of the new key.
    const isBroken =
      error instanceof WarehouseError && (error.reason === "invalid" || error.reason === "not_found");
    if (!isBroken) throw error;
    if (remembered === null) return null;
    return { today: remembered, removed: Math.max(0, remembered - wanted) };
  }
}

/** True if it removes more than the share that the warehouse file allows. */
export function removesTooMuch({ maxRemoved }: DedupView, { today, removed }: Removal): boolean {
  return removed > maxRemoved * today;
}
