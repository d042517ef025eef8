import type { Names } from "./statement.ts";

/** A named-parameter value; a `Date` is a TIMESTAMP. */
export type ParamValue =
  | string
  | number
  | boolean
  | null
  | Date
  | readonly ParamValue[]
  | { readonly [key: string]: ParamValue };

/**
 * Needed for a null, an empty array, and values of an ambiguous type: `"INT64"`, `["STRING"]`, `{ a: "DATE"
 * }`.
 */
export type ParamType = string | readonly [ParamType] | { readonly [key: string]: ParamType };

export interface Inputs {
  /** Fills `{{placeholder}}`s; `ops` (the bundle's own dataset) is always there. */
  readonly names?: Names;
  readonly params?: Readonly<Record<string, ParamValue>>;
  readonly types?: Readonly<Record<string, ParamType>>;
}

/** A row of the client; `row.ts` converts its cells. */
export type Row = Readonly<Record<string, unknown>>;

/** An executed statement with its cost, for the analyst. */
export interface StatementRun {
  /** Name under `sql/bigquery`, e.g. `sync-watchdog/content-clocks`. */
  readonly statement: string;
  readonly sql: string;
  readonly jobId: string | null;
  readonly bytesProcessed: number;
  /** Bytes that BigQuery bills: at least 10 MB for each table named. */
  readonly bytesBilled: number;
  readonly dryRun: boolean;
}

/** Metadata of a table or a view, from `tables.get`. */
export interface TableInfo {
  /** `other`: an external table, a materialized view, a snapshot. */
  readonly kind: "table" | "view" | "other";
  /**
   * Changes with every change of the table; an update names it so that it does not overwrite another update.
   */
  readonly etag: string;
  /** In their order; for a view, as they were when it was created. */
  readonly columns: readonly TableColumn[];
  /** GoogleSQL of a view. */
  readonly query: string | null;
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** For a table, without rows in the streaming buffer; null for a view. */
  readonly rows: number | null;
  /** Logical size of a table; null for a view. */
  readonly bytes: number | null;
  readonly modified: Date;
  /** Queries must name a range of its partitions. */
  readonly needsPartitionFilter: boolean;
  /** Rows in the streaming buffer: until they leave it, only queries can reach them. */
  readonly buffer: StreamingBuffer | null;
}

export interface StreamingBuffer {
  /** BigQuery's estimate. */
  readonly rows: number;
  /** When the oldest of them was streamed; null if BigQuery does not report it. */
  readonly oldest: Date | null;
}

/** The definition of a new table. */
export interface TableDefinition {
  /** All of them may be NULL. */
  readonly columns: readonly TableColumn[];
  /** TIMESTAMP column, a partition a day. */
  readonly partitionBy?: string;
  readonly clusterBy?: readonly string[];
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface TableColumn {
  readonly name: string;
  /** As the API spells it in capitals: STRING, INTEGER, FLOAT, NUMERIC, BOOLEAN, TIMESTAMP, DATE, JSON, RECORD, … */
  readonly type: string;
  readonly repeated: boolean;
  /** Of a RECORD. */
  readonly fields?: readonly TableColumn[];
}

/** The definition of a view. */
export interface ViewDefinition {
  readonly query: string;
  readonly description: string;
  /** Labels with other names are kept. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Tables and views as the API knows them; no jobs. Names are `project.dataset.table`. */
export interface Tables {
  /** The table or view with that name, or null if there is none. @throws WarehouseError */
  table(name: string): Promise<TableInfo | null>;
  /** Names of the views of a dataset, `project.dataset`, that have this label. @throws WarehouseError */
  viewsLabelled(
    dataset: string,
    label: { readonly key: string; readonly value: string },
  ): Promise<readonly string[]>;
  /** Creates a view. False if something with that name exists. @throws WarehouseError */
  createView(name: string, view: ViewDefinition): Promise<boolean>;
  /** Creates a table. False if something with that name exists. @throws WarehouseError */
  createTable(name: string, table: TableDefinition): Promise<boolean>;
  /** Drops a table or a view if it exists. @throws WarehouseError */
  dropTable(name: string): Promise<void>;
  /**
   * How long older versions of a dataset's tables can be queried, `project.dataset`; null if it cannot be
   * read. @throws WarehouseError
   */
  timeTravelHours(dataset: string): Promise<number | null>;
  /**
   * Changes a view in place, so that its readers keep their rights. False if it has another `etag`.
   * @throws WarehouseError
   */
  changeView(name: string, etag: string, view: ViewDefinition): Promise<boolean>;
}

/** For more rows than fit in memory. */
export interface Bulk {
  /** Runs one SELECT and returns its rows in pages; only one page is in memory. @throws WarehouseError */
  pages(statement: string, inputs: Inputs, rowsPerPage: number): AsyncIterable<readonly Row[]>;
  /**
   * Creates a table from rows, in one load job; it replaces a table of the same name. The rows are streamed.
   *
   * @param expiresAfterMs after which BigQuery removes it
   * @returns the number of loaded rows
   * @throws WarehouseError; the table is then unchanged
   */
  loadTable(
    name: string,
    columns: readonly TableColumn[],
    rows: AsyncIterable<Readonly<Record<string, unknown>>>,
    expiresAfterMs: number,
  ): Promise<number>;
}

export interface Warehouse {
  /** Runs one SELECT. @throws WarehouseError */
  query(statement: string, inputs?: Inputs): Promise<Row[]>;
  /**
   * Runs the statement once for all branches, joined by UNION ALL: one job for up to 1,000 tables, BigQuery's
   * limit for a query. A branch's parameters are `@name_{{n}}` in its text; `shared` ones are `@name`.
   * @throws WarehouseError
   */
  queryAll(statement: string, branches: readonly Inputs[], shared?: Inputs): Promise<Row[]>;
  /** Runs one DML or DDL statement. @throws WarehouseError */
  execute(statement: string, inputs?: Inputs): Promise<{ readonly affectedRows: number }>;
  /** Location of a dataset, or null if it does not exist or cannot be read. Reads metadata, runs no job. */
  datasetLocation(dataset: string): Promise<string | null>;
  /** All statements of this warehouse so far, oldest first. */
  readonly runs: readonly StatementRun[];
}
