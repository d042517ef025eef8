import type { StatementRun } from "../stores/bigquery/types.ts";

/** What was asked, for the analyst who wants to see each query and what it cost. Bytes, as BigQuery counts them. */
export function queriesOf(runs: readonly StatementRun[]) {
  return runs.map(({ statement, sql, jobId, bytesProcessed, bytesBilled }) => ({
    statement,
    job: jobId,
    bytes_processed: bytesProcessed,
    bytes_billed: bytesBilled,
    sql,
  }));
}

/** Bytes billed, of all of them. */
export function billedBytes(runs: readonly StatementRun[]): number {
  return runs.reduce((sum, { bytesBilled }) => sum + bytesBilled, 0);
}
