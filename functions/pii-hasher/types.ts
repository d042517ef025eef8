import type { PiiTable } from "../shared/config/types.ts";
import type { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { TableColumn, TableInfo } from "../shared/stores/bigquery/types.ts";

/** What is remembered of a raw table, a row of `pii_tables`. */
export interface Progress {
  /** When the raw table was last modified, before a look that found nothing left to do; null while something is. */
  readonly settledAsOf: Date | null;
  /** All rows that arrived before are in the clean table. */
  readonly seenUntil: Date | null;
  /** Tick of the last look at the rows. */
  readonly lookedAt: Date | null;
  readonly rowsHashed: number;
  readonly rowsLeft: number;
  readonly pendingRows: number;
  readonly pendingSince: Date | null;
  readonly unusable: readonly Unusable[];
  readonly emptiedAt: Date | null;
  /** Something was wrong at the last tick, or it was not told to the end. */
  readonly troubled: boolean;
}

/** Values that are no address or number. Never which. */
export interface Unusable {
  readonly column: string;
  /** Why, as `shared/identity` says it; `no_key`: the row does not say which it is. */
  readonly reason: string;
  readonly count: number;
}

/** What there is of one raw table, as metadata say it. */
export interface Survey {
  readonly table: PiiTable;
  /** Null: there is no such table. */
  readonly raw: TableInfo | null | WarehouseError;
  readonly clean: TableInfo | null | WarehouseError;
  /** Null: it was never looked at. */
  readonly progress: Progress | null;
}

/** How the rows of a raw table become rows of its clean one. */
export interface Layout {
  readonly table: PiiTable;
  /** `project.dataset.table`, as all names here. */
  readonly raw: string;
  readonly clean: string;
  /** Where the hashes of a portion lie until they are in the clean table; in the raw dataset, which only few may read. */
  readonly staged: string;
  /** Hashes for ad platforms; null where none are wanted. */
  readonly uploads: string | null;
  /** What tells facts apart, with their types. */
  readonly key: readonly TableColumn[];
  readonly arrival: string;
  /** Columns emptied without a hash. */
  readonly erased: readonly TableColumn[];
  /** Columns that the clean table takes over. */
  readonly copied: readonly TableColumn[];
  /** Columns that the clean table has not and the raw one has, beside what is hashed, emptied and the loader's own. */
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
  /** How to mend it, most likely first. */
  readonly actions: readonly string[];
  /** It may be better at the next attempt. */
  readonly retry: boolean;
}

/** Rows that arrived between two instants, both included; null: rows that do not say when. */
export interface Portion {
  readonly arrived: { readonly from: Date; readonly until: Date } | null;
  readonly rows: number;
}

/** What one run did to one raw table. */
export interface Outcome {
  readonly inserted: number;
  readonly updated: number;
  /** Rows of the raw table that cannot be read any more. */
  readonly emptied: number;
  /** Rows that are still to be hashed. */
  readonly left: number;
  readonly pending: number;
  readonly pendingSince: Date | null;
  readonly unusable: readonly Unusable[];
  /** Whether all portions were gone through. */
  readonly complete: boolean;
  /** Whether it was looked at without finding anything to do. */
  readonly idle: boolean;
  readonly seenUntil: Date | null;
  readonly failure: Refusal | null;
}
