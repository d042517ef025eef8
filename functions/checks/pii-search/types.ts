import type { Status } from "../result.ts";

/** What is to be searched, and for what. */
export interface Scope {
  /** `project.dataset` each. */
  readonly datasets: readonly string[];
  /** Columns that are not searched, e.g. the addresses of the firm's own staff. */
  readonly leftOut: readonly LeftOut[];
  /** Columns that must hold 64 lower-case hex digits or NULL, by `project.dataset.table.column`. */
  readonly hashColumns: readonly string[];
  /** By `digestOf`: of hashes that stand for an empty text, beside SHA-256's own. */
  readonly hashesOfNothing: readonly string[];
  readonly canaries: Canaries;
}

export interface LeftOut {
  /** `project.dataset.table.column`, or with the path below a column: `….line_items[].note`. */
  readonly column: string;
  readonly reason: string;
}

/** Synthetic people planted in the raw data, as digests by `digestOf`: never their plaintext and never its plain hash. */
export interface Canaries {
  readonly plain: readonly string[];
  /** Of the unsalted hashes of what they are called. */
  readonly unsalted: readonly string[];
}

/** A table as its dataset lists it. */
export interface Listed {
  /** `project.dataset.table` */
  readonly table: string;
  readonly isExternal: boolean;
  /** Last write or edit; null where nobody keeps it, as of an external table. */
  readonly modified: Date | null;
  /** Size by the metadata; 0 where nobody keeps it. */
  readonly bytes: number;
  readonly columns: readonly Column[];
}

export interface Column {
  readonly name: string;
  /** As INFORMATION_SCHEMA writes it: `ARRAY<STRUCT<key STRING>>`. */
  readonly type: string;
  readonly isPartitioning: boolean;
}

/** A text, or what holds a phone number by its name, at the end of a path through records and arrays. */
export interface Field {
  /** Column first. */
  readonly steps: readonly Step[];
  readonly type: FieldType;
  /** What its name says that a run of digits in it is. */
  readonly digits: "phone" | "identifier" | "unknown";
}

export interface Step {
  readonly name: string;
  readonly repeated: boolean;
  /** Of a list of names with values: the member that names the others. */
  readonly key: string | null;
}

export type FieldType = "STRING" | "JSON" | "BYTES" | "NUMBER";

/** What is left of an earlier search, one a table. */
export interface Search {
  readonly table: string;
  /** Of the table when it was searched; null where nobody keeps it. */
  readonly modified: Date | null;
  /** Of columns, left-outs, hash columns, canaries and patterns: another one means that all is to be read again. */
  readonly fingerprint: string;
  /** Rows of the last reading. */
  readonly rows: number;
  /** Whether the last reading was of the whole table, or of changed partitions only. */
  readonly whole: boolean;
  readonly found: readonly Found[];
  readonly hashColumns: readonly HashColumn[];
  /** Tick of the last reading. */
  readonly searchedAt: Date;
}

export type Kind = "email" | "phone" | "canary_plain" | "canary_unsalted" | "not_a_hash" | "hash_of_nothing";

/** How often something is where it must not be. Never what. */
export interface Found {
  readonly kind: Kind;
  /** `line_items[].note` */
  readonly path: string;
  /** Rows; of canaries, places. */
  readonly count: number;
}

/** A column that must hold hashes, as the last reading saw it; rows = nulls + hashes + others. */
export interface HashColumn {
  readonly path: string;
  readonly rows: number;
  readonly nulls: number;
  /** 64 lower-case hex digits, hashes of nothing included. */
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

/** What a table needs today. */
export type Plan =
  /** Not written since it was searched. */
  | { readonly kind: "as_before"; readonly search: Search }
  /** Rows without a partition, and those still streaming in, are read with any range. */
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
  /** Path of the column; null where the whole table or dataset is meant. */
  readonly path: string | null;
  /** Null where nothing could be counted. */
  readonly count: number | null;
  /** One sentence with its numbers, without the table's name and without any value. */
  readonly text: string;
}

export interface Verdict {
  /** `project.dataset.table`, or `project.dataset` where the dataset itself could not be searched. */
  readonly subject: string;
  readonly status: Status;
  /** The worst of `findings`; null when nothing is wrong. */
  readonly finding: Finding | null;
  /** All, worst first. */
  readonly findings: readonly Finding[];
  /** What a reader should know beside the findings, such as columns left out, with the reason. */
  readonly notes: readonly string[];
  /** What the verdict rests on; null where nothing was searched. */
  readonly search: Search | null;
  /** Whether the table was read for this verdict, or had not changed since it was. */
  readonly read: boolean;
  /** What to do about it, most urgent first. */
  readonly actions: readonly string[];
  /** Whether the check could be made; a false one is a failed run. */
  readonly checked: boolean;
  /** A check that could not be made just now, and may be in the next run. */
  readonly retry: boolean;
}
