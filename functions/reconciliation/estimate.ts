import type { Listed, Listing } from "../checks/table-stats/listing.ts";
import { listingInputs } from "../checks/table-stats/listing.ts";
import { planReads, tablesOf } from "../checks/table-stats/plan.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import type { Context } from "../shared/function/definition.ts";
import type { Estimate } from "../shared/function/dry-run.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Tables } from "../shared/stores/bigquery/types.ts";
import { bytesOf, estimated, priceOf } from "./cost.ts";

/**
 * What one run would scan, query by query. Sizes and columns come from the tables' own descriptions, which need no query.
 */
export async function estimate({ file, at, warehouse }: Context): Promise<Estimate> {
  const listings = await describeTables(file, warehouse);
  for (const [dataset, tables] of tablesOf(file))
    await warehouse.query("table-stats/datasets", listingInputs(dataset, tables)).catch(onlyWarehouseErrors);
  const plan = planReads(file, listings, at.now);
  const runs = [...warehouse.runs, ...(await estimated(plan.asked, file, "reconciliation", at))];
  const bytes = bytesOf(runs, plan.asked.length);
  return {
    runs,
    bytes,
    more: {
      tables: plan.asked.length,
      dollars: Math.round(priceOf(bytes) * 10_000) / 10_000,
      max_scan: file.reconciliation.maxScanBytes,
    },
    caveat:
      "BigQuery bills at least 10 MB for each table that a query names, and its first tebibyte a month is free. Not among " +
      "these: counts of hashed persons, the rows of Plumbline's own tables, and the extra reads of a source that " +
      "has been silent for more than a month.",
  };
}

/** Metadata of the tables of the file, without a query. */
async function describeTables(file: WarehouseFile, warehouse: Tables): Promise<ReadonlyMap<string, Listing>> {
  const datasets = await Promise.all(
    [...tablesOf(file)].map(async ([dataset, tables]) => {
      const described = await Promise.all(tables.map((table) => describe(dataset, table, warehouse)));
      return [
        dataset,
        new Map(described.flatMap((it) => (it === null ? [] : [[it.table, it] as const]))),
      ] as const;
    }),
  );
  return new Map(datasets);
}

async function describe(dataset: string, table: string, warehouse: Tables): Promise<Listed | null> {
  try {
    const info = await warehouse.table(`${dataset}.${table}`);
    if (info === null) return null;
    const { kind, modified, rows, bytes, columns } = info;
    const typed = columns.map(({ name, type, repeated }) => ({
      name,
      type: repeated ? `ARRAY<${type}>` : type,
    }));
    return { table, kind, created: modified, modified, rows: rows ?? 0, bytes: bytes ?? 0, columns: typed };
  } catch (error) {
    return onlyWarehouseErrors(error);
  }
}

/** The run itself reports tables that cannot be read. */
function onlyWarehouseErrors(error: unknown): null {
  if (error instanceof WarehouseError) return null;
  throw error;
}
