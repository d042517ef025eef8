import { createHash } from "node:crypto";
import { pathOf } from "./fields.ts";
import { firstDay, rangeOf, timePartitioning, together } from "./partitions.ts";
import { patterns } from "./patterns.ts";
import type { Field, Listed, Plan, Scope, Search } from "./types.ts";

/**
 * What has to be read of a table today. Pure.
 *
 * Not written since it was searched: nothing, and what was found stays found. Written, and clean before: the partitions
 * that were written since. Otherwise all, and so wherever columns, left-outs or patterns are others than then.
 *
 * What streams in moves neither the table's time of modification nor a partition's until BigQuery takes it out of its
 * buffer, up to 90 minutes later. A search reads the buffer too, but may have been made before the row came: then the
 * time moves when the row leaves the buffer, and the next look reads it.
 */
export function planSearch(
  table: Listed,
  before: Search | null,
  print: string,
  partitions: readonly Partition[] | null,
): Plan {
  const partitioning = timePartitioning(table.columns);
  if (before === null || before.fingerprint !== print || table.modified === null || before.modified === null)
    return { kind: "read", partitioning, ranges: null };
  if (table.modified.getTime() === before.modified.getTime()) return { kind: "as_before", search: before };
  const since = before.modified;
  const isClean = before.found.length === 0;
  if (!isClean || partitioning === null || partitions === null)
    return { kind: "read", partitioning, ranges: null };
  const changed = partitions.filter(({ modified }) => modified === null || modified >= since);
  const ranges = changed.flatMap(({ id }) => rangeOf(id, partitioning.type) ?? []);
  const read = ranges.length === 0 ? [firstDay[partitioning.type]] : together(ranges, partitioning.type);
  return { kind: "read", partitioning, ranges: read };
}

export interface Partition {
  readonly id: string;
  /** Null where nobody keeps it. */
  readonly modified: Date | null;
}

/** Another one means that what was searched before does not count any more. */
export function fingerprintOf(table: Listed, fields: readonly Field[], scope: Scope): string {
  const parts = [
    patterns,
    table.columns.map(({ name, type }) => [name, type]),
    fields.map(pathOf),
    scope.hashColumns.filter((column) => column.startsWith(`${table.table}.`)).toSorted(),
    scope.hashesOfNothing.toSorted(),
    scope.canaries.plain.toSorted(),
    scope.canaries.unsalted.toSorted(),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
