import { randomUUID } from "node:crypto";
import { messageOf } from "../errors.ts";
import { log } from "../log.ts";
import type { Warehouse } from "../stores/bigquery/types.ts";
import { leftMs } from "../time-left.ts";

/** Where the platform sets no limit, as in a call by hand. */
const maxLeaseMs = 15 * 60_000;
/** Jobs end with the attempt that began them; clocks differ a little. */
const marginMs = 30_000;

/**
 * Does work that only one may do at a time. The lease outlasts whatever time the attempt has left, so that a process that
 * dies cannot have a statement running when the next one begins.
 *
 * @returns null when somebody else is at it
 */
export async function withLease<T>(
  name: string,
  warehouse: Warehouse,
  work: () => Promise<T>,
): Promise<T | null> {
  const holder = randomUUID();
  const take = async () => {
    const at = new Date();
    const until = new Date(at.getTime() + Math.min(leftMs(), maxLeaseMs) + marginMs);
    const { affectedRows } = await warehouse.execute("runs/take-lease", {
      params: { name, holder, at, until },
    });
    return affectedRows > 0;
  };
  if (!(await take())) {
    const made = await warehouse.execute("runs/ensure-lease", { params: { name, at: new Date() } });
    if (made.affectedRows === 0 || !(await take())) return null;
  }
  try {
    return await work();
  } finally {
    // Work that failed because BigQuery is unavailable must be reported as such; the lease then expires.
    await warehouse
      .execute("runs/give-back-lease", { params: { name, holder, at: new Date() } })
      .catch((error: unknown) => log.warning(`The lease ${name} was not given back: ${messageOf(error)}`));
  }
}
