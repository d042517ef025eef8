import type { Plan } from "../checks/table-stats/plan.ts";
import { type PlannedRead, readTableStats } from "../checks/table-stats/read.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import { Problem } from "../shared/http/problem.ts";
import type { Instants } from "../shared/instants.ts";
import { formatBytes } from "../shared/report/format.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import type { StatementRun } from "../shared/stores/bigquery/types.ts";

/** BigQuery on demand, US multi-region: https://cloud.google.com/bigquery/pricing#on_demand_pricing. */
const dollarsPerTebibyte = 6.25;

/**
 * The minimum that is billed for each table of a query:
 * https://cloud.google.com/bigquery/pricing#on_demand_pricing.
 */
export const minBytesPerTable = 10 * 2 ** 20;

/** The bytes that the reads would scan, as BigQuery estimates them without reading. @throws WarehouseError */
export async function estimated(
  asked: readonly PlannedRead[],
  file: Pick<WarehouseFile, "project" | "location" | "opsDataset">,
  from: string,
  instants: Instants,
): Promise<readonly StatementRun[]> {
  const warehouse = openWarehouse({ ...file, from, dryRun: true });
  await readTableStats(asked, warehouse, instants);
  return warehouse.runs;
}

export function bytesOf(runs: readonly StatementRun[], tables: number): number {
  const bytes = runs.reduce((sum, { bytesProcessed }) => sum + bytesProcessed, 0);
  return Math.max(bytes, tables * minBytesPerTable);
}

/** BigQuery's price for this many bytes in US dollars, without the free tebibyte a month. */
export function priceOf(bytes: number): number {
  return (bytes / 2 ** 40) * dollarsPerTebibyte;
}

/** Estimates the reads of a plan before they run. @throws Problem if they exceed the limit of the file */
export function within(file: WarehouseFile, from: string, instants: Instants): (plan: Plan) => Promise<void> {
  return async (plan) => {
    const bytes = bytesOf(await estimated(plan.asked, file, from, instants), plan.asked.length);
    const refused = tooMuch(file, plan, bytes);
    if (refused !== null) throw new Problem(422, "It would read too much", refused);
  };
}

/** @returns how to read less; null if it is within the limit of the file */
export function tooMuch({ reconciliation }: WarehouseFile, { asked }: Plan, bytes: number): string | null {
  const { maxScanBytes } = reconciliation;
  if (bytes <= maxScanBytes) return null;
  return (
    `A check of ${asked.length} tables would read ${formatBytes(bytes)}, and the warehouse file allows ${formatBytes(maxScanBytes)}. ` +
    "Raise reconciliation.max_scan, or lower reconciliation.full_scan_up_to, so that large tables are read for the last 30 days only."
  );
}
