import type { Memory, Remembered } from "../checks/memory.ts";
import type { CheckId } from "../checks/registry.ts";
import type { Status } from "../checks/result.ts";
import type { Decimal } from "../shared/decimal.ts";
import { instantOf, textOf } from "../shared/stores/bigquery/row.ts";
import type { Row, Warehouse } from "../shared/stores/bigquery/types.ts";

/** A run may be missed now and then; results older than a week are not compared. */
const maxAgeMs = 8 * 86_400_000;

/** @returns null if there are no earlier results. @throws WarehouseError */
export async function readMemory(warehouse: Warehouse, now: Date): Promise<Memory | null> {
  const rows = await warehouse.query("reconciliation/last-results", {
    params: { now, from: new Date(now.getTime() - maxAgeMs) },
  });
  const [first] = rows;
  if (first === undefined) return null;
  return { at: instantOf(first, "schedule_time"), results: rows.map(rememberedOf) };
}

/** The overview of the last finished run; null if there is none. @throws WarehouseError */
export async function lastOverview(
  warehouse: Warehouse,
  now: Date,
): Promise<Readonly<Record<string, unknown>> | null> {
  const [row] = await warehouse.query("reconciliation/last-run", {
    params: { now, from: new Date(now.getTime() - maxAgeMs) },
  });
  return row === undefined ? null : JSON.parse(textOf(row, "summary"));
}

function rememberedOf(row: Row): Remembered {
  const detail = JSON.parse(textOf(row, "detail")) as {
    readonly remembered?: {
      readonly size?: { readonly rows: number; readonly at: string } | null;
      readonly final_sums?: Readonly<Record<string, Decimal>>;
    };
  };
  const size = detail.remembered?.size ?? null;
  return {
    check: textOf(row, "check_name") as CheckId,
    subject: textOf(row, "subject"),
    status: textOf(row, "status") as Status,
    code: row.code === null ? null : textOf(row, "code"),
    text: row.text === null ? "" : textOf(row, "text"),
    size: size === null ? null : { rows: size.rows, at: new Date(size.at) },
    finalSums: detail.remembered?.final_sums ?? {},
  };
}
