import type { Status } from "../result.ts";

/** The datasets to search, and the settings. */
export interface Scope {
  /** `project.dataset` each. */
  readonly datasets: readonly string[];
  /** Columns that are not searched, e.g. the addresses of the company's own staff. */
  readonly leftOut: readonly LeftOut[];
  /** Columns that must hold 64 lower-case hex digits or NULL, by `project.dataset.table.column`. */
  readonly hashColumns: readonly string[];
  /** Hashes of an empty text, as `digestOf` writes them, in addition to SHA-256's own. */
  readonly hashesOfNothing: readonly string[];
  readonly canaries: Canaries;
}

export interface LeftOut {
  /** `project.dataset.table.column`, or with the path below a column: `….line_items[].note`. */
  readonly column: string;
  readonly reason: string;
}

/** Synthetic test persons in the raw data, as digests by `digestOf`, never as plaintext or plain hash. */
export interface Canaries {
  readonly plain: readonly string[];
  /** Digests of the unsalted hashes of their addresses and numbers. */
  readonly unsalted: readonly string[];
}

/** A table as its dataset lists it. */
export interface Listed {
  /** `project.dataset.table` */
  readonly table: string;
  readonly isExternal: boolean;
  /** Last write or edit; null if BigQuery does not record it, as for an external table. */
  readonly modified: Date | null;
  /** Size from the metadata; 0 if BigQuery does not record it. */
  readonly bytes: number;
  readonly columns: readonly Column[];
}

export interface Column {
  readonly name: string;
  /** As INFORMATION_SCHEMA writes it: `ARRAY<STRUCT<key STRING>>`. */
  readonly type: string;
  readonly isPartitioning: boolean;
}

/** A text, or a number whose name says phone, at the end of a path through records and arrays. */
export interface Field {
  /** Column first. */
  readonly steps: readonly Step[];
  readonly type: FieldType;
  /** The meaning of a run of digits, according to the name. */
  readonly digits: "phone" | "identifier" | "unknown";
}

export interface Step {
  readonly name: string;
  readonly repeated: boolean;
  /** For a list of name-value pairs: the member with the name. */
  readonly key: string | null;
}

export type FieldType = "STRING" | "JSON" | "BYTES" | "NUMBER";

/** The stored search of one table. */
export interface Search {
  readonly table: string;
  /** Of the table when it was searched; null if BigQuery does not record it. */
  readonly modified: Date | null;
  /**
   * Of columns, exclusions, hash columns, canaries and patterns: if it differs, the whole table is read
   * again.
   */
  readonly fingerprint: string;
  /** Rows of the last search. */
  readonly rows: number;
  /** Whether the last search covered the whole table, or only changed partitions. */
  readonly whole: boolean;
  readonly found: readonly Found[];
  readonly hashColumns: readonly HashColumn[];
  /** Tick of the last search. */
  readonly searchedAt: Date;
}

export type Kind = "email" | "phone" | "canary_plain" | "canary_unsalted" | "not_a_hash" | "hash_of_nothing";

/** How often personal data is in a place. The value itself is never stored. */
export interface Found {
  readonly kind: Kind;
  /** `line_items[].note` */
  readonly path: string;
  /** Number of rows; for canaries, of places. */
  readonly count: number;
}

/** A column that must hold hashes, as the last search saw it; rows = nulls + hashes + others. */
export interface HashColumn {
  readonly path: string;
  readonly rows: number;
  readonly nulls: number;
  /** 64 lower-case hex digits, including hashes of an empty text. */
  readonly hashes: number;
  readonly ofNothing: number;
}

/** Inclusive bounds of some partitions, as text of the partitioning column's type. */
export interface Range {
  readonly from: string;
  readonly until: string;
}

export interface Partitioning {
  readonly column: string;
  readonly type: "TIMESTAMP" | "DATETIME" | "DATE";
}

/** The part of a table that must be read today. */
export type Plan =
  /** Not written since it was searched. */
  | { readonly kind: "as_before"; readonly search: Search }
  /** Rows without a partition and rows in the streaming buffer are read with any range. */
  | {
      readonly kind: "read";
      readonly partitioning: Partitioning | null;
      readonly ranges: readonly Range[] | null;
    };

export type FindingCode =
  | "plaintext_email"
  | "plaintext_phone"
  | "canary_plain"
  | "canary_unsalted_hash"
  | "not_a_hash"
  | "hash_of_nothing"
  | "column_missing"
  | "no_tables"
  | "dataset_missing"
  | "no_permission"
  | "too_expensive"
  | "put_off"
  | "not_searched";

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Exclude<Status, "ok">;
  /** Path of the column; null for the whole table or dataset. */
  readonly path: string | null;
  /** Null if nothing could be counted. */
  readonly count: number | null;
  /** One sentence with its numbers, without the table's name and without any value. */
  readonly text: string;
}

export interface Verdict {
  /** `project.dataset.table`, or `project.dataset` if the dataset itself could not be searched. */
  readonly subject: string;
  readonly status: Status;
  /** The worst of `findings`; null when nothing is wrong. */
  readonly finding: Finding | null;
  /** All, worst first. */
  readonly findings: readonly Finding[];
  /** Notes for the reader, such as excluded columns with the reason. */
  readonly notes: readonly string[];
  /** The evidence of the verdict; null if nothing was searched. */
  readonly search: Search | null;
  /** True if the table was read for this verdict; false if an earlier search still holds. */
  readonly read: boolean;
  /** Actions, most urgent first. */
  readonly actions: readonly string[];
  /** Whether the check could be made; false makes a failed run. */
  readonly checked: boolean;
  /** True if the check could not be made now and may succeed in the next run. */
  readonly retry: boolean;
}
