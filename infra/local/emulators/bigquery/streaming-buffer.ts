import type { DuckDBConnection } from "@duckdb/node-api";
import type { TableEntry } from "./entries.ts";
import { physicalTable } from "./names.ts";

/**
 * When a row was streamed in, in milliseconds; NULL of any other row. A column that no schema knows, made when the
 * first row is streamed: what it says of a row stays true whatever becomes of other rows, the table's name or the process.
 */
export const STREAMED = '"$streamed"';

/** DuckDB condition: the row is still in the buffer. @param alias of the table, with its dot */
export const isBuffered = (entry: TableEntry, alias = "") =>
  `${alias}${STREAMED} >= ${oldestEntry(entry) ?? "NULL"}`;

/** When the oldest row still in the buffer came; undefined when it is empty. */
export const oldestEntry = (entry: TableEntry) => entry.buffered?.[0];

export async function makeStreamable(connection: DuckDBConnection, entry: TableEntry): Promise<void> {
  await connection.run(`ALTER TABLE ${physicalTable(entry)} ADD COLUMN IF NOT EXISTS ${STREAMED} BIGINT`);
}

/** Notes rows streamed at that moment. The table counts as modified once they leave the buffer. */
export function enterBuffer(entry: TableEntry, at: number): void {
  if (entry.buffered?.at(-1) !== at) entry.buffered = [...(entry.buffered ?? []), at].sort((a, b) => a - b);
}

/**
 * Lets rows out whose time in the buffer is over.
 * @returns whether there were any
 */
export function leaveBuffer(entry: TableEntry, now: number, bufferMs: number): boolean {
  const left = (entry.buffered ?? []).filter((at) => now - at >= bufferMs);
  const last = left.at(-1);
  if (last === undefined) return false;
  entry.buffered = entry.buffered?.slice(left.length);
  entry.modified = Math.max(entry.modified, last + bufferMs);
  entry.revision = (entry.revision ?? 0) + 1;
  return true;
}
