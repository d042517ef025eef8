/**
 * What the local BigQuery offers to code in the same process (the demo world,
 * tests) beside its REST API: making tables of any size without a load job, at
 * any time of the world's clock.
 */
export interface WarehouseWriter {
  /** `dataset` is `project.dataset`. Already there: nothing happens. */
  createDataset(dataset: string, options: { readonly location: string; readonly at: Date }): Promise<void>;
  /** `table` is `project.dataset.table`. */
  createTable(table: string, definition: TableDefinition, at: Date): Promise<void>;
  createView(table: string, googleSql: string, at: Date): Promise<void>;
  /**
   * Appends the rows of a DuckDB SELECT, columns matched by name, and sets the
   * table's modification time to `at`.
   * @returns the number of rows appended
   */
  appendSelect(table: string, duckdbSelect: string, at: Date): Promise<number>;
  /** Rewrites nothing, but moves the modification time, as an UPDATE that changes no value does. */
  touch(table: string, at: Date): void;
  /** Runs DuckDB SQL beside the catalog (temporary tables, settings). */
  duckdb(sql: string): Promise<readonly (readonly unknown[])[]>;
}

export interface TableDefinition {
  readonly fields: readonly Field[];
  readonly description?: string;
  readonly partitionBy?: { readonly field: string; readonly type: "DAY" | "HOUR" | "MONTH" };
  readonly clusterBy?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** As in BigQuery's REST `TableFieldSchema`. */
export interface Field {
  readonly name: string;
  readonly type:
    | "STRING"
    | "INTEGER"
    | "FLOAT"
    | "NUMERIC"
    | "BOOLEAN"
    | "DATE"
    | "DATETIME"
    | "TIME"
    | "TIMESTAMP"
    | "BYTES"
    | "JSON"
    | "RECORD";
  readonly mode?: "NULLABLE" | "REQUIRED" | "REPEATED";
  readonly description?: string;
  readonly fields?: readonly Field[];
}
