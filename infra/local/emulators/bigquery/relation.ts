import type { TableEntry } from "./entries.ts";
import type { BigQueryError } from "./errors.ts";
import type { PhysicalTable } from "./sql/environment.ts";
import type { SqlError } from "./sql/unsupported.ts";
import type { TypedColumn } from "./types.ts";

/** A table, view, wildcard or catalog view, as one statement sees it. */
export interface Relation {
  /** What scans call it. */
  readonly name: string;
  readonly columns: readonly (TypedColumn & { readonly pseudo?: boolean })[];
  readonly physical: PhysicalTable;
  /** Tables whose rows it holds: the table itself, or a wildcard's shards. None for views. */
  readonly members: readonly TableEntry[];
  /** Length of the wildcard's prefix: what follows it in a shard's name is `_TABLE_SUFFIX`. */
  readonly prefixLength: number | null;
  readonly entry: TableEntry | null;
  /** Bytes BigQuery counts for reading the catalog. */
  readonly catalogBytes: number;
  /** Why a view cannot be read as the tables below it are now. It may still be altered, replaced or dropped. */
  readonly broken?: SqlError | BigQueryError;
}
