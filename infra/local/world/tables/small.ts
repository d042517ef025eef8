import type { Field, TableDefinition } from "../../emulators/bigquery/catalog.ts";
import { AIRBYTE_FIELDS, airbyteColumnsSql, BY_EXTRACTION_DAY } from "./airbyte.ts";

type Loader = "facebook" | "tiktok" | "shopify";

export interface SmallTable {
  readonly name: string;
  /** Null: loaded once, by hand. */
  readonly loader: Loader | null;
  readonly rows: number;
  /** Columns and the DuckDB SQL of their values; `i` counts rows from 0. */
  readonly columns: readonly (readonly [name: string, type: Field["type"], valueSql: string])[];
}

export function smallDefinition({ columns, loader }: SmallTable): TableDefinition {
  const own = columns.map(([name, type]) => ({ name, type }));
  return loader ? { fields: [...AIRBYTE_FIELDS, ...own], partitionBy: BY_EXTRACTION_DAY } : { fields: own };
}

/** DuckDB SELECT of a small table's rows. @param at when its loader ran, milliseconds since 1970 */
export function smallSelect({ name, loader, rows, columns }: SmallTable, at: number): string {
  const airbyte = loader
    ? [airbyteColumnsSql([`'${name}'`, "i"], `${at * 1000}::BIGINT + i * 20000000 // ${rows}`)]
    : [];
  const own = columns.map(([column, , value]) => `${value} AS "${column}"`);
  return `SELECT ${[...airbyte, ...own].join(", ")} FROM (SELECT unnest(range(${rows})) AS i)`;
}
