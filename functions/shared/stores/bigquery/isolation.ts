import { tablesPerQuery } from "./bigquery.ts";
import { WarehouseError } from "./error.ts";

/**
 * Keeps one source's failure from stopping the others: a failed job is halved until each failing source is
 * alone. A busy BigQuery fails them all at once.
 */
export async function inIsolation<T>(
  all: readonly T[],
  run: (some: readonly T[]) => Promise<void>,
  failed: (one: T, error: WarehouseError) => void,
): Promise<void> {
  if (all.length === 0) return;
  if (all.length > tablesPerQuery) {
    for (let start = 0; start < all.length; start += tablesPerQuery) {
      await inIsolation(all.slice(start, start + tablesPerQuery), run, failed);
    }
    return;
  }
  try {
    await run(all);
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error;
    const [only] = all;
    if (only !== undefined && (all.length === 1 || error.retry)) {
      for (const one of all) failed(one, error);
      return;
    }
    const half = Math.ceil(all.length / 2);
    await Promise.all([
      inIsolation(all.slice(0, half), run, failed),
      inIsolation(all.slice(half), run, failed),
    ]);
  }
}

/** Reads one source's rows; invalid rows are a failure of that source only. */
export function ownFailure<T>(statement: string, read: () => T): T | WarehouseError {
  try {
    return read();
  } catch (error) {
    return new WarehouseError(
      "invalid",
      statement,
      error instanceof Error ? error.message : String(error),
      error,
    );
  }
}
