import { createHash } from "node:crypto";
import { pathOf } from "./fields.ts";
import { firstDay, rangeOf, timePartitioning, together } from "./partitions.ts";
import { patterns } from "./patterns.ts";
import type { Field, Listed, Plan, Scope, Search } from "./types.ts";

/**
 * Decides which part of a table must be read today. Pure.
 *
 * If the table was not written since its last search, nothing is read and the old findings stay. If it was
 * written and was clean before, the partitions written since are read. In all other cases, and if columns,
 * exclusions or patterns have changed, the whole table is read.
 *
 * Streamed rows change the modification time of the table and its partitions only when BigQuery takes them
 * out of its buffer, up to 90 minutes later. A search reads the buffer too, but may run before the row
 * arrives. Then the time changes when the row leaves the buffer, and the next search reads it.
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
  /** Null if BigQuery does not record it. */
  readonly modified: Date | null;
}

/** If it differs from the stored one, earlier searches do not count any more. */
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
