import type { Source } from "../../shared/config/types.ts";
import { dayMs } from "../../shared/days.ts";
import type { Instants } from "../../shared/instants.ts";
import type { Metadata } from "./types.ts";

/**
 * Decides whether the content of a source must be read, or whether its metadata is enough.
 *
 * A table cannot hold a row newer than its last modification. So an old modification time proves that the
 * source is stale. A recent one proves that it is fresh only if nothing but the loader writes, and says
 * nothing of business days. All other cases need the content.
 */
export type ContentPlan =
  | { readonly read: false; readonly because: "no_clock" | "shard_names" | "metadata_proves" }
  | { readonly read: true; readonly from: Date; readonly because: ReadReason };

export type ReadReason =
  | "view"
  | "changed_since"
  | "also_written_by_others"
  | "business_date"
  | "no_rows"
  | "close_to_threshold";

/**
 * A loader's last row can be older than the end of its load. Within a tenth of the warning age from a
 * threshold (3 h at 30 h), the modification time alone is not enough.
 */
const closeFraction = 0.1;

export function planContent(source: Source, metadata: Metadata, { now, seenUntil }: Instants): ContentPlan {
  if (metadata.kind === "shards" && metadata.shardDay !== null)
    return { read: false, because: "shard_names" };
  if (source.arrival === null && source.businessDate === null) return { read: false, because: "no_clock" };
  if (source.businessDate === "_TABLE_SUFFIX") return { read: false, because: "no_clock" };

  const read = (because: ReadReason): ContentPlan => ({ read: true, from: windowFrom(source, now), because });
  if (metadata.kind !== "table") return read("view");

  // Only a request about an earlier instant reaches this: the table was written after that instant.
  if (metadata.modified > seenUntil) return read("changed_since");
  const modifiedAge = now.getTime() - metadata.modified.getTime();
  if (modifiedAge >= source.criticalAfterMs) return { read: false, because: "metadata_proves" };
  // An emptied table has a recent modification time too. The count leaves out rows that were just streamed.
  if (metadata.rows === 0) return read("no_rows");
  if (source.otherWriters.length > 0) return read("also_written_by_others");
  if (source.businessDate !== null || source.arrival === null) return read("business_date");

  const close = source.warnAfterMs * closeFraction;
  const isClose = (threshold: number) => modifiedAge < threshold && modifiedAge + close >= threshold;
  if (isClose(source.warnAfterMs) || isClose(source.criticalAfterMs)) return read("close_to_threshold");
  return { read: false, because: "metadata_proves" };
}

/**
 * The window of useful rows: older rows would be far beyond critical. Reading from its start lets BigQuery
 * skip every older partition.
 */
function windowFrom(source: Source, now: Date): Date {
  return new Date(now.getTime() - Math.max(2 * source.criticalAfterMs, 7 * dayMs));
}
