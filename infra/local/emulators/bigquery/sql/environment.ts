import type { GoogleType, TypedColumn, Value } from "../types.ts";
import type { Resolved } from "./resolved.ts";

/** What a statement is translated against. */
export interface Environment {
  /** @param name the `name` given to the analyzer */
  table(name: string): PhysicalTable;
  /** @param name lower-case name, or the position counted from 1 */
  parameter(name: string | number): TypedParameter;
  /** @param name lower-case name of a script variable */
  variable?(name: string): TypedParameter;
  /** What CURRENT_TIMESTAMP() answers, once for the whole statement. */
  readonly now: Date;
  /** What SESSION_USER() answers. */
  readonly user: string;
}

export interface PhysicalTable {
  /** A DuckDB relation: a quoted name, or a query in parentheses. For the target of DML, a base table's name. */
  readonly from: string;
  readonly columns: readonly PhysicalColumn[];
  /**
   * A view's query as analyzed, with its own environment: translated in place, so that columns and
   * filters reach the tables below. `from` is then not used.
   */
  readonly view?: { readonly statement: Resolved; readonly environment: Environment };
}

export interface PhysicalColumn extends TypedColumn {
  /** DuckDB SQL of the default value. */
  readonly defaultSql?: string;
}

export interface TypedParameter {
  readonly type: GoogleType;
  /** As a client may write it: text that BigQuery would cast to the type. */
  readonly value: Value;
}
