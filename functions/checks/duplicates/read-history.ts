import { dayMs } from "../../shared/days.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { instantOf, textOf } from "../../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { daysBack, lookOf } from "./detail.ts";
import type { Look } from "./types.ts";

/** Earlier runs by view id, oldest first. Empty before the first run: that run creates the table. */
export async function readHistory(
  views: readonly string[],
  warehouse: Warehouse,
  now: Date,
): Promise<Map<string, Look[]> | WarehouseError> {
  try {
    const rows = await warehouse.query("duplicates/history", {
      params: { subjects: views, now, from: new Date(now.getTime() - daysBack * dayMs) },
      types: { subjects: ["STRING"] },
    });
    const looks = new Map<string, Look[]>();
    for (const row of rows) {
      const look = row.look === null ? null : lookOf(instantOf(row, "schedule_time"), textOf(row, "look"));
      if (look === null) continue;
      const subject = textOf(row, "subject");
      looks.set(subject, [...(looks.get(subject) ?? []), look]);
    }
    return looks;
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error;
    return error.reason === "not_found" ? new Map() : error;
  }
}
