import { tablesPerQuery } from "./bigquery.ts";
import { WarehouseError } from "./error.ts";

/**
 * One source's failure must not stop the others: a job that fails is halved until the
 * sources that make it fail stand alone. A busy BigQuery fails them all at once.
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

/** What one source's rows say; rows that make no sense are that source's failure and nobody else's. */
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
