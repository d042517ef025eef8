import { checkDuplicates } from "../checks/duplicates/check-views.ts";
import { checkRoas } from "../checks/roas/check-platforms.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import type { Answer } from "../shared/http/respond.ts";
import type { instantsOf } from "../shared/instants.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import { questionsOf } from "./look.ts";
import { readRawReads } from "./raw-reads.ts";
import { surveyOf } from "./read.ts";

/**
 * `?dry_run=1`: what a run would scan, query by query; BigQuery estimates them and runs none. Metadata is read, because
 * the queries are made of it. What is asked only where something is wrong is not among them.
 */
export async function estimateCost(file: WarehouseFile, at: ReturnType<typeof instantsOf>): Promise<Answer> {
  const warehouse = openWarehouse({ ...file, from: "dedup-views", dryRun: true });
  const surveys = await surveyOf(file.dedupViews, warehouse, warehouse);
  const problems: string[] = [];
  const estimate = (work: Promise<unknown>) =>
    work.catch((error: unknown) => {
      if (!(error instanceof WarehouseError)) throw error;
      problems.push(error.message);
    });
  await estimate(checkDuplicates(questionsOf(surveys), warehouse, at));
  await estimate(checkRoas(file, warehouse, at));
  const rawReads = await readRawReads(file.dedupViews, file, warehouse, at.now);
  if (rawReads instanceof WarehouseError) problems.push(rawReads.message);

  const queries = warehouse.runs.map(({ statement, sql, bytesProcessed }) => ({
    statement,
    bytes_processed: bytesProcessed,
    sql,
  }));
  return {
    json: {
      dry_run: true,
      as_of: at.now.toISOString(),
      bytes_processed: queries.reduce((sum, { bytes_processed }) => sum + bytes_processed, 0),
      caveat:
        "BigQuery bills at least 10 MB for each table that a query names. Not among these: what a contradicted key or a " +
        "replacement asks beyond, and the few rows of the bundle's own tables that a tick reads and writes.",
      not_estimated: problems,
      queries,
    },
    table: {
      kind: "table",
      columns: [{ label: "statement" }, { label: "bytes_processed", align: "right" }],
      rows: queries.map(({ statement, bytes_processed }) => [statement, bytes_processed]),
    },
  };
}
