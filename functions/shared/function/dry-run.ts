import type { Answer } from "../http/respond.ts";
import { WarehouseError } from "../stores/bigquery/error.ts";
import type { StatementRun } from "../stores/bigquery/types.ts";

/** What a GET or a tick would read, as BigQuery estimates it without running anything. */
export interface Estimate {
  readonly runs: readonly StatementRun[];
  /** What is billed beside it, and what is not among the queries. */
  readonly caveat: string;
  /** Why some could not be estimated. */
  readonly notEstimated?: readonly string[];
  /** Sum of the bytes where it is not that of `runs`. */
  readonly bytes?: number;
  /** Fields of this function alone. */
  readonly more?: object;
}

/** The answer to `?dry_run=1`, as JSON and as a table. */
export function dryRunAnswer({ runs, caveat, notEstimated, bytes, more }: Estimate, now: Date): Answer {
  const queries = runs.map(({ statement, bytesProcessed, sql }) => ({
    statement,
    bytes_processed: bytesProcessed,
    sql,
  }));
  return {
    json: {
      dry_run: true,
      as_of: now.toISOString(),
      ...more,
      bytes_processed: bytes ?? queries.reduce((sum, { bytes_processed }) => sum + bytes_processed, 0),
      caveat,
      ...(notEstimated && { not_estimated: notEstimated }),
      queries,
    },
    table: {
      kind: "table",
      columns: [{ label: "statement" }, { label: "bytes_processed", align: "right" }],
      rows: queries.map(({ statement, bytes_processed }) => [statement, bytes_processed]),
    },
  };
}

/** Estimates what can be estimated, and collects why the rest cannot. */
export function estimating(): {
  readonly problems: string[];
  readonly attempt: (work: Promise<unknown>) => Promise<unknown>;
} {
  const problems: string[] = [];
  const attempt = (work: Promise<unknown>) =>
    work.catch((error: unknown) => {
      if (!(error instanceof WarehouseError)) throw error;
      problems.push(error.message);
    });
  return { problems, attempt };
}
