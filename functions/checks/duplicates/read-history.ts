import { dayMs } from "../../shared/days.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { instantOf, textOf } from "../../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { daysBack, pastCountOf } from "./detail.ts";
import type { PastCount } from "./types.ts";

/** Earlier runs by view id, oldest first. Empty before the first run: that run creates the table. */
export async function readHistory(
  views: readonly string[],
  warehouse: Warehouse,
  now: Date,
): Promise<Map<string, PastCount[]> | WarehouseError> {
  try {
    const rows = await warehouse.query("duplicates/history", {
      params: { subjects: views, now, from: new Date(now.getTime() - daysBack * dayMs) },
      types: { subjects: ["STRING"] },
    });
    const pastCounts = new Map<string, PastCount[]>();
    for (const row of rows) {
      const look =
        row.look === null ? null : pastCountOf(instantOf(row, "schedule_time"), textOf(row, "look"));
      if (look === null) continue;
      const subject = textOf(row, "subject");
      pastCounts.set(subject, [...(pastCounts.get(subject) ?? []), look]);
    }
    return pastCounts;
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error;
    return error.reason === "not_found" ? new Map() : error;
  }
}
