import type { Answer } from "../shared/http/respond.ts";
import type { StatementRun } from "../shared/stores/bigquery/types.ts";

/** The statements with their cost, for the analyst. */
export function queriesOf(runs: readonly StatementRun[]) {
  return runs.map(({ statement, sql, jobId, bytesProcessed, bytesBilled }) => ({
    statement,
    job: jobId,
    bytes_processed: bytesProcessed,
    bytes_billed: bytesBilled,
    sql,
  }));
}

/** `?dry_run=1`: the bytes of each query. @param caveat names the queries that are not included */
export function estimateOf(runs: readonly StatementRun[], now: Date, caveat: string): Answer {
  const queries = runs.map(({ statement, bytesProcessed, sql }) => ({
    statement,
    bytes_processed: bytesProcessed,
    sql,
  }));
  return {
    json: {
      dry_run: true,
      as_of: now.toISOString(),
      bytes_processed: queries.reduce((sum, { bytes_processed }) => sum + bytes_processed, 0),
      caveat: `BigQuery bills at least 10 MB for each table that a query names. ${caveat}`,
      queries,
    },
    table: {
      kind: "table",
      columns: [{ label: "statement" }, { label: "bytes_processed", align: "right" }],
      rows: queries.map(({ statement, bytes_processed }) => [statement, bytes_processed]),
    },
  };
}
