import type { TypedColumn } from "../types.ts";

/** What is read of a table. */
export interface Scan {
  /** The `name` given to the analyzer. */
  readonly table: string;
  /** Columns read; filters included. */
  readonly columns: readonly string[];
  /** Conditions every row read must meet, each on one column of the table and constants. */
  readonly filters: readonly ScanFilter[];
}

export interface ScanFilter {
  readonly column: string;
  /** DuckDB SQL over the bare quoted column name: `"event_date" >= DATE '2026-02-01'`. */
  readonly sql: string;
}

export type OptionValue = string | number | boolean | null | readonly OptionValue[];
export type Options = Readonly<Record<string, OptionValue>>;

export type CreateMode = "CREATE" | "OR_REPLACE" | "IF_NOT_EXISTS";

export interface ColumnDefinition extends TypedColumn {
  readonly required: boolean;
  /** GoogleSQL text of the default; its value is `PhysicalColumn.defaultSql` at each INSERT. */
  readonly defaultSql: string | null;
  readonly description: string | null;
}

export interface Partitioning {
  /** null for ingestion time. */
  readonly field: string | null;
  readonly type: "DAY" | "HOUR" | "MONTH" | "YEAR";
}

export interface TableLayout {
  readonly columns: readonly ColumnDefinition[];
  readonly partitionBy: Partitioning | null;
  readonly clusterBy: readonly string[];
}

interface Definition {
  /** Segments as written; the engine completes them with project and default dataset. */
  readonly path: readonly string[];
  readonly mode: CreateMode;
  readonly options: Options;
}

interface Dml {
  /** The `name` of the target given to the analyzer. */
  readonly target: string;
  /** DuckDB SQL; its first result row holds the number of rows affected. */
  readonly sql: string;
  /** To run before `sql`, in the same transaction: each raises when the statement must fail. */
  readonly checks: readonly string[];
  /** What follows FROM in a query of the target's rows, as `t`, that are changed or deleted; it ends in a condition. */
  readonly touched: readonly string[];
  readonly scans: readonly Scan[];
}

export type AlterAction =
  | { readonly kind: "SET_OPTIONS"; readonly options: Options }
  | { readonly kind: "ADD_COLUMN"; readonly column: ColumnDefinition; readonly ifNotExists: boolean }
  | { readonly kind: "DROP_COLUMN"; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: "RENAME_COLUMN"; readonly from: string; readonly to: string }
  | { readonly kind: "RENAME_TO"; readonly path: readonly string[] };

/** `kind` is BigQuery's `statementType`. */
export type Translated =
  | {
      readonly kind: "SELECT";
      readonly sql: string;
      readonly schema: readonly TypedColumn[];
      readonly scans: readonly Scan[];
    }
  | ({ readonly kind: "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "TRUNCATE_TABLE" } & Dml)
  | ({ readonly kind: "CREATE_TABLE" } & Definition &
      TableLayout & {
        /** `name` of the table whose rows (`COPY`, `CLONE`) or schema only (`LIKE`) are taken. */
        readonly from: { readonly table: string; readonly how: "CLONE" | "COPY" | "LIKE" } | null;
      })
  | ({ readonly kind: "CREATE_TABLE_AS_SELECT" } & Definition &
      TableLayout & {
        /** DuckDB SELECT, columns named and ordered as `schema`. */
        readonly sql: string;
        readonly schema: readonly TypedColumn[];
        readonly scans: readonly Scan[];
      })
  | ({ readonly kind: "CREATE_VIEW" } & Definition & {
        /** GoogleSQL, as written. */
        readonly query: string;
        readonly schema: readonly TypedColumn[];
        readonly scans: readonly Scan[];
      })
  | ({ readonly kind: "CREATE_SCHEMA" } & Definition)
  | {
      readonly kind: "ALTER_SCHEMA";
      readonly path: readonly string[];
      readonly ifExists: boolean;
      readonly options: Options;
    }
  | {
      readonly kind: "DROP_TABLE" | "DROP_VIEW" | "DROP_SCHEMA";
      readonly path: readonly string[];
      readonly ifExists: boolean;
      /** DROP SCHEMA … CASCADE */
      readonly cascade: boolean;
    }
  | {
      readonly kind: "ALTER_TABLE" | "ALTER_VIEW";
      readonly path: readonly string[];
      readonly ifExists: boolean;
      readonly actions: readonly AlterAction[];
    }
  | {
      /** `sql` raises when the assertion fails. */
      readonly kind: "ASSERT";
      readonly sql: string;
      readonly scans: readonly Scan[];
    }
  | {
      readonly kind: "BEGIN_TRANSACTION" | "COMMIT_TRANSACTION" | "ROLLBACK_TRANSACTION";
      readonly sql: string;
    };
