import type { DuckDBConnection } from "@duckdb/node-api";
import type { Field } from "./catalog.ts";
import { duckdbType } from "./fields.ts";
import { STREAMED } from "./streaming-buffer.ts";
import { quoteIdentifier, quoteLiteral } from "./types.ts";
import type { ValueText } from "./values.ts";

export type RowText = { readonly [name: string]: ValueText };

/** Gives rows to a DuckDB relation of these columns. What it writes is kept only if it does not throw. */
export type Fill = (
  connection: DuckDBConnection,
  relation: string,
  fields: readonly Field[],
) => Promise<unknown>;

const ROWS_AT_ONCE = 5_000;

/**
 * Appends rows of texts, taken a few thousand at a time.
 * @param streamed when they were streamed in, in milliseconds
 * @returns how many
 */
export async function insertRows(
  connection: DuckDBConnection,
  relation: string,
  fields: readonly Field[],
  rows: Iterable<RowText>,
  streamed?: number,
): Promise<number> {
  const names = fields.map((field) => quoteIdentifier(field.name));
  const casts = fields.map((field, i) => `CAST(r.${names[i]} AS ${duckdbType(field)})`);
  const mark = streamed === undefined ? { name: [], value: [] } : { name: [STREAMED], value: [streamed] };
  const shape = JSON.stringify([textShape(fields)]);
  const sql =
    `INSERT INTO ${relation} (${[...names, ...mark.name].join(", ")}) ` +
    `SELECT ${[...casts, ...mark.value].join(", ")} ` +
    `FROM (SELECT unnest(from_json($1::JSON, ${quoteLiteral(shape)})) AS r)`;
  let inserted = 0;
  let batch: RowText[] = [];
  const flush = async () => {
    if (batch.length > 0) await connection.run(sql, [JSON.stringify(batch)]);
    inserted += batch.length;
    batch = [];
  };
  for (const row of rows) {
    batch.push(row);
    if (batch.length >= ROWS_AT_ONCE) await flush();
  }
  await flush();
  return inserted;
}

/** The rows of a DuckDB SELECT. @param columns of the SELECT, in its order; absent: those of the table */
export const fromSelect =
  (select: string, columns?: readonly Field[]): Fill =>
  (connection, relation, fields) => {
    const names = (columns ?? fields).map((field) => quoteIdentifier(field.name)).join(", ");
    return connection.run(`INSERT INTO ${relation} (${names}) ${select}`);
  };

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
