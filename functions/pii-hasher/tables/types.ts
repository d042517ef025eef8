import type { PiiTable } from "../../shared/config/types.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { TableColumn, TableInfo } from "../../shared/stores/bigquery/types.ts";

/** The stored progress of a raw table, a row of `pii_tables`. */
export interface Progress {
  /**
   * When the raw table was last modified before a run that found nothing left to do; null while there is
   * something to do.
   */
  readonly settledAsOf: Date | null;
  /** All rows that arrived before are in the clean table. */
  readonly seenUntil: Date | null;
  /** Tick of the last read of the rows. */
  readonly readAt: Date | null;
  readonly rowsHashed: number;
  readonly rowsLeft: number;
  readonly pendingRows: number;
  readonly pendingSince: Date | null;
  readonly unusable: readonly Unusable[];
  readonly emptiedAt: Date | null;
  /** The last tick had a problem, or its notices were not completed. */
  readonly hasProblem: boolean;
}

/** Values that are not an address or number, by count. The values themselves are never kept. */
export interface Unusable {
  readonly column: string;
  /** The reason from `shared/identity`; `no_key` means that the row has no complete key. */
  readonly reason: string;
  readonly count: number;
}

/** The metadata of one raw table. */
export interface Survey {
  readonly table: PiiTable;
  /** Null if there is no such table. */
  readonly raw: TableInfo | null | WarehouseError;
  readonly clean: TableInfo | null | WarehouseError;
  /** Null if it was never read. */
  readonly progress: Progress | null;
}

/** How the rows of a raw table become rows of its clean one. */
export interface Layout {
  readonly table: PiiTable;
  /** `project.dataset.table`, like all names here. */
  readonly raw: string;
  readonly clean: string;
  /**
   * Holds the hashes of a portion until they are in the clean table; in the raw dataset, which few users may
   * read.
   */
  readonly staged: string;
  /** Hashes for ad platforms; null if none are wanted. */
  readonly uploads: string | null;
  /** The key columns, with their types. */
  readonly key: readonly TableColumn[];
  readonly arrival: string;
  /** Columns emptied without a hash. */
  readonly erased: readonly TableColumn[];
  /** Columns that the clean table takes over. */
  readonly copied: readonly TableColumn[];
  /**
   * Columns of the raw table that the clean table lacks, except those that are hashed, emptied or the
   * loader's own.
   */
  readonly notCopied: readonly string[];
}

/** Why a raw table is not touched. */
export interface Refusal {
  readonly code:
    | "raw_missing"
    | "raw_not_a_table"
    | "clean_not_a_table"
    | "hashes_gone"
    | "column_missing"
    | "column_type"
    | "needs_partition_filter"
    | "not_checked"
    | "not_done";
  /** One sentence. */
  readonly text: string;
  /** How to fix it, most likely first. */
  readonly actions: readonly string[];
  /** True if the next attempt may succeed. */
  readonly retry: boolean;
}

/** Rows that arrived between two instants, both included; null for rows without an arrival. */
export interface Portion {
  readonly arrived: { readonly from: Date; readonly until: Date } | null;
  readonly rows: number;
}

/** The result of one run for one raw table. */
export interface Outcome {
  readonly inserted: number;
  readonly updated: number;
  /** Rows of the raw table that are no longer readable. */
  readonly emptied: number;
  /** Rows that are not hashed yet. */
  readonly left: number;
  readonly pending: number;
  readonly pendingSince: Date | null;
  readonly unusable: readonly Unusable[];
  /** Whether all portions were processed. */
  readonly complete: boolean;
  /** True if its rows were read and there was nothing to do. */
  readonly idle: boolean;
  readonly seenUntil: Date | null;
  readonly failure: Refusal | null;
}
