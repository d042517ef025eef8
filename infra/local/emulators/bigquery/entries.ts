import type { Field } from "./catalog.ts";

export interface Partitioning {
  readonly field: string;
  readonly type: "DAY" | "HOUR" | "MONTH" | "YEAR";
}

export interface PolicyBinding {
  readonly role: string;
  readonly members: readonly string[];
}

export interface DatasetEntry {
  readonly project: string;
  readonly dataset: string;
  readonly location: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  modified: number;
  labels: Record<string, string>;
  description?: string | undefined;
  friendlyName?: string | undefined;
  /** How far back rows can be read, in hours. */
  maxTimeTravelHours?: number | undefined;
}

export interface TableEntry {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
  fields: readonly Field[];
  /** GoogleSQL of a view; absent for a table. */
  view?: string | undefined;
  readonly partitionBy?: Partitioning | undefined;
  readonly clusterBy?: readonly string[] | undefined;
  requirePartitionFilter?: boolean | undefined;
  /** Milliseconds since 1970. */
  readonly created: number;
  modified: number;
  labels: Record<string, string>;
  description?: string | undefined;
  friendlyName?: string | undefined;
  /** When the table is gone by itself, milliseconds since 1970. */
  expires?: number | undefined;
  /** When the rows still in the streaming buffer came, milliseconds since 1970, oldest first. */
  buffered?: readonly number[] | undefined;
  /** Its IAM policy's bindings. */
  policy?: readonly PolicyBinding[] | undefined;
  /** Changes so far: what tells apart two states of the same millisecond. */
  revision?: number;
  /** Null: must be counted from the start. */
  statistics: TableStatistics | null;
  /** Rows were appended since `statistics` were counted. */
  appended: boolean;
}

/** Logical size of one partition; a table without partitions is one with id null. */
export interface PartitionStatistics {
  /** As BigQuery names it, e.g. `20260208`, `2026020812`, `__NULL__`. */
  readonly id: string | null;
  readonly rows: number;
  /** Logical bytes by top-level column. */
  readonly bytes: Readonly<Record<string, number>>;
}

export interface TableStatistics {
  readonly rows: number;
  readonly bytes: number;
  readonly partitions: readonly PartitionStatistics[];
  /** DuckDB's row ids below this one are counted. */
  readonly countedUpTo: number;
}
