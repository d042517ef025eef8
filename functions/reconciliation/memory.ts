import type { Check, Status } from "../checks/result.ts";
import type { Decimal } from "../shared/decimal.ts";
import { instantOf, textOf } from "../shared/warehouse/row.ts";
import type { Row, Warehouse } from "../shared/warehouse/types.ts";

/** What the last run before this one found. */
export interface Memory {
  readonly at: Date;
  readonly results: readonly Remembered[];
}

export interface Remembered {
  readonly check: Check;
  readonly subject: string;
  readonly status: Status;
  readonly code: string | null;
  readonly text: string;
  /** Of `volume`: rows of the table. */
  readonly rows: number | null;
  /** Of `late_changes`: sums of days that were final then. */
  readonly finalSums: Readonly<Record<string, Decimal>>;
}

/** A run is missed now and then; what is older than a week says nothing of yesterday. */
const longestMs = 8 * 86_400_000;

/** @returns null where nothing was found before. @throws WarehouseError */
export async function readMemory(warehouse: Warehouse, now: Date): Promise<Memory | null> {
  const rows = await warehouse.query("reconciliation/last-results", {
    params: { now, from: new Date(now.getTime() - longestMs) },
  });
  const [first] = rows;
  if (first === undefined) return null;
  return { at: instantOf(first, "schedule_time"), results: rows.map(rememberedOf) };
}

function rememberedOf(row: Row): Remembered {
  const detail = JSON.parse(textOf(row, "detail")) as {
    readonly text?: string;
    readonly remembered?: {
      readonly rows?: number;
      readonly final_sums?: Readonly<Record<string, Decimal>>;
    };
  };
  return {
    check: textOf(row, "check_name") as Check,
    subject: textOf(row, "subject"),
    status: textOf(row, "status") as Status,
    code: row.finding === null ? null : textOf(row, "finding"),
    text: detail.text ?? "",
    rows: detail.remembered?.rows ?? null,
    finalSums: detail.remembered?.final_sums ?? {},
  };
}
