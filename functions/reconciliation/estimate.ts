import type { Listed, Listing } from "../checks/table-stats/listing.ts";
import { listingInputs } from "../checks/table-stats/listing.ts";
import { planReads, tablesOf } from "../checks/table-stats/plan.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import type { Answer } from "../shared/http/respond.ts";
import type { Instants } from "../shared/instants.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Tables } from "../shared/stores/bigquery/types.ts";
import { bytesOf, estimated, priceOf } from "./cost.ts";

/**
 * Answers `?dry_run=1`: the bytes that one run would scan, for each query; BigQuery estimates them and runs
 * none. Sizes and columns come from the tables' metadata, which needs no query.
 */
export async function estimateCost(file: WarehouseFile, from: string, at: Instants): Promise<Answer> {
  const warehouse = openWarehouse({ ...file, from, dryRun: true });
  const listings = await describeTables(file, warehouse);
  for (const [dataset, tables] of tablesOf(file))
    await warehouse.query("table-stats/datasets", listingInputs(dataset, tables)).catch(onlyWarehouseErrors);
  const plan = planReads(file, listings, at.now);
  const runs = [...warehouse.runs, ...(await estimated(plan.asked, file, from, at))];
  const bytes = bytesOf(runs, plan.asked.length);
  const queries = runs.map(({ statement, sql, bytesProcessed }) => ({
    statement,
    bytes_processed: bytesProcessed,
    sql,
  }));
  return {
    json: {
      dry_run: true,
      as_of: at.now.toISOString(),
      tables: plan.asked.length,
      bytes_processed: bytes,
      dollars: Math.round(priceOf(bytes) * 10_000) / 10_000,
      max_scan: file.reconciliation.maxScanBytes,
      caveat:
        "BigQuery bills at least 10 MB for each table that a query names, and its first tebibyte a month is free. Not among " +
        "these: counts of hashed people, the rows of the bundle's own tables, and what is read beyond of a source that " +
        "has been silent for more than a month.",
      queries,
    },
    table: {
      kind: "table",
      columns: [{ label: "statement" }, { label: "bytes_processed", align: "right" }],
      rows: queries.map(({ statement, bytes_processed }) => [statement, bytes_processed]),
    },
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
