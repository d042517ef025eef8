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

/** Needed for a null, an empty array, and wherever the value alone does not tell: `"INT64"`, `["STRING"]`, `{ a: "DATE" }`. */
export type ParamType = string | readonly [ParamType] | { readonly [key: string]: ParamType };

export interface Inputs {
  /** Fills `{{placeholder}}`s; `ops` (the bundle's own dataset) is always there. */
  readonly names?: Names;
  readonly params?: Readonly<Record<string, ParamValue>>;
  readonly types?: Readonly<Record<string, ParamType>>;
}

/** A row as it came: `row.ts` turns its cells into domain values. */
export type Row = Readonly<Record<string, unknown>>;

/** What ran, for the analyst who wants to see the query and its cost. */
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

/** What `tables.get` says of a table or a view. */
export interface TableInfo {
  /** `other`: an external table, a materialized view, a snapshot. */
  readonly kind: "table" | "view" | "other";
  /** Changes with every change of it; what a change must name that may not overwrite another. */
  readonly etag: string;
  /** In their order. Of a view: as they were when it was made. */
  readonly columns: readonly TableColumn[];
  /** GoogleSQL of a view. */
  readonly query: string | null;
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Of a table, without what streams in at the moment; null for a view. */
  readonly rows: number | null;
  /** Logical size of a table; null for a view. */
  readonly bytes: number | null;
  readonly modified: Date;
  /** Queries must name a range of its partitions. */
  readonly needsPartitionFilter: boolean;
  /** Rows that stream in at the moment: until they leave the buffer, nothing but a query reaches them. */
  readonly buffer: StreamingBuffer | null;
}

export interface StreamingBuffer {
  /** As BigQuery estimates them. */
  readonly rows: number;
  /** When the oldest of them came; null where BigQuery does not say. */
  readonly oldest: Date | null;
}

/** What a table is to be. */
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

/** What a view is to be. */
export interface ViewDefinition {
  readonly query: string;
  readonly description: string;
  /** Labels of anybody else stay. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Tables and views as the API knows them; no jobs. Names are `project.dataset.table`. */
export interface Tables {
  /** What there is under a name, or null where nothing is. @throws WarehouseError */
  table(name: string): Promise<TableInfo | null>;
  /** Names of the views of a dataset, `project.dataset`, that have this label. @throws WarehouseError */
  viewsLabelled(
    dataset: string,
    label: { readonly key: string; readonly value: string },
  ): Promise<readonly string[]>;
  /** Makes a view where nothing is. False where something has come to be there. @throws WarehouseError */
  createView(name: string, view: ViewDefinition): Promise<boolean>;
  /** Makes a table where nothing is. False where something has come to be there. @throws WarehouseError */
  createTable(name: string, table: TableDefinition): Promise<boolean>;
  /** Drops a table or a view; nothing where nothing is. @throws WarehouseError */
  dropTable(name: string): Promise<void>;
  /**
   * For how long the versions of a dataset's tables can still be queried, `project.dataset`; null where it may not be
   * seen. @throws WarehouseError
   */
  timeTravelHours(dataset: string): Promise<number | null>;
  /**
   * Changes a view in place, so that whoever may read it still may. False where it is not as `etag` says any more.
   * @throws WarehouseError
   */
  changeView(name: string, etag: string, view: ViewDefinition): Promise<boolean>;
}

/** More rows than are held at once. */
export interface Bulk {
  /** Runs one SELECT and hands its rows out in pages, so that no more than one is held. @throws WarehouseError */
  pages(statement: string, inputs: Inputs, rowsPerPage: number): AsyncIterable<readonly Row[]>;
  /**
   * Makes a table of some rows, in one load job, whatever was under its name before. Rows go out as they come.
   *
   * @param expiresAfterMs after so long BigQuery removes it by itself
   * @returns rows loaded
   * @throws WarehouseError, and then the table is as it was
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
   * Runs the statement once for all branches, joined by UNION ALL: one job for
   * up to 1,000 tables, BigQuery's limit for a query. A branch's parameters
   * stand in its text as `@name_{{n}}`; `shared` ones as `@name`.
   * @throws WarehouseError
   */
  queryAll(statement: string, branches: readonly Inputs[], shared?: Inputs): Promise<Row[]>;
  /** Runs one DML or DDL statement. @throws WarehouseError */
  execute(statement: string, inputs?: Inputs): Promise<{ readonly affectedRows: number }>;
  /** Location of a dataset, or null when it does not exist or may not be seen. Reads metadata, runs no job. */
  datasetLocation(dataset: string): Promise<string | null>;
  /** Everything run so far by this warehouse, oldest first. */
  readonly runs: readonly StatementRun[];
}
