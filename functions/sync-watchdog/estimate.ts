import { planContent } from "../checks/freshness/plan.ts";
import { contentInputs, contentParams, contentStatement } from "../checks/freshness/read-content.ts";
import { metadataInputs } from "../checks/freshness/read-metadata.ts";
import { moneyInputs, moneyStatement } from "../checks/freshness/read-money.ts";
import type { Source, WarehouseFile } from "../shared/config/types.ts";
import { datasetOf } from "../shared/config/values/table-name.ts";
import type { Answer } from "../shared/http/respond.ts";
import type { Instants } from "../shared/instants.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";

/**
 * Answers `?dry_run=1`: the bytes that a run would scan, for each query; BigQuery estimates them and runs
 * none. The metadata would show which sources need their content read; without it, all that may need it are
 * counted, so the sum is an upper bound.
 */
export async function estimateCost(file: WarehouseFile, instants: Instants): Promise<Answer> {
  const { now, seenUntil } = instants;
  const warehouse = openWarehouse({ ...file, from: "sync-watchdog", dryRun: true });
  const problems: string[] = [];
  const estimate = (work: Promise<unknown>) =>
    work.catch((error: unknown) => {
      if (!(error instanceof WarehouseError)) throw error;
      problems.push(error.message);
    });

  const byDataset = Map.groupBy(file.sources, ({ table }) => datasetOf(table));
  for (const [dataset, members] of byDataset) {
    await estimate(warehouse.query("freshness/metadata", metadataInputs(dataset, members)));
  }
  for (const source of file.sources) {
    const from = contentFrom(source, instants);
    if (from === null) continue;
    const statement = contentStatement(source);
    const content = contentInputs({ source, from });
    await estimate(warehouse.queryAll(statement, [content], contentParams(statement, instants)));
    if (source.money !== null && source.arrival !== null) {
      const money = moneyInputs({ source, visibleThrough: now });
      await estimate(
        warehouse.queryAll(moneyStatement(source), [money], { params: { seen_until: seenUntil } }),
      );
    }
  }

  const queries = warehouse.runs.map(({ statement, sql, bytesProcessed }) => ({
    statement,
    bytes_processed: bytesProcessed,
    sql,
  }));
  return {
    json: {
      dry_run: true,
      as_of: now.toISOString(),
      bytes_processed_at_most: queries.reduce((sum, { bytes_processed }) => sum + bytes_processed, 0),
      caveat:
        "Metadata queries bill 10 MB each, content queries at least 10 MB for each table. A real run reads the content " +
        "only of sources whose metadata does not answer, together in one job, and money only of silent sources. When one " +
        "is ok again, its money is read once more, over the days it was silent.",
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

/** The start of the content that would be read if the metadata is not enough; null if it always is. */
function contentFrom(source: Source, instants: Instants): Date | null {
  const { now } = instants;
  const kind = source.table.table.endsWith("*") ? "shards" : "table";
  const shardDay = source.businessDate === "_TABLE_SUFFIX" ? now.toISOString().slice(0, 10) : null;
  const touched = { ...source, otherWriters: ["anything"] };
  const plan = planContent(touched, { kind, modified: now, created: now, rows: 1, shardDay }, instants);
  return plan.read ? plan.from : null;
}
