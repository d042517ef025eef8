import type { DuckDBConnection } from "@duckdb/node-api";
import type { Field } from "./catalog.ts";
import type { TableEntry } from "./catalog-store.ts";
import { duckdbType } from "./fields.ts";
import { physicalTable } from "./names.ts";
import { quoteIdentifier, quoteLiteral } from "./types.ts";
import type { ValueText } from "./values.ts";

type RowText = { readonly [name: string]: ValueText };

const ROWS_AT_ONCE = 5_000;

/** Appends rows of texts, all or none. */
export async function appendRows(
  connection: DuckDBConnection,
  table: TableEntry,
  rows: readonly RowText[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = table.fields.map((field) => quoteIdentifier(field.name));
  const casts = table.fields.map((field, i) => `CAST(r.${names[i]} AS ${duckdbType(field)})`);
  const shape = JSON.stringify([textShape(table.fields)]);
  const sql =
    `INSERT INTO ${physicalTable(table)} (${names.join(", ")}) SELECT ${casts.join(", ")} ` +
    `FROM (SELECT unnest(from_json($1::JSON, ${quoteLiteral(shape)})) AS r)`;
  await connection.run("BEGIN TRANSACTION");
  try {
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      await connection.run(sql, [JSON.stringify(rows.slice(start, start + ROWS_AT_ONCE))]);
    }
    await connection.run("COMMIT");
  } catch (error) {
    await connection.run("ROLLBACK");
    throw error;
  }
}

type Shape = string | readonly Shape[] | { readonly [name: string]: Shape };

/** The structure `from_json` reads: every scalar as text. */
export function textShape(fields: readonly Field[]): Shape {
  return Object.fromEntries(
    fields.map((field) => {
      const element = field.type === "RECORD" ? textShape(field.fields ?? []) : "VARCHAR";
      return [field.name, field.mode === "REPEATED" ? [element] : element];
    }),
  );
}
