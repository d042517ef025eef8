import { readdirSync, readFileSync } from "node:fs";
import type { BigQuery } from "@google-cloud/bigquery";
import { openWarehouse } from "../../functions/shared/stores/bigquery/bigquery.ts";
import type { Warehouse } from "../../functions/shared/stores/bigquery/types.ts";
import { startWarehouse } from "../support/a-warehouse.ts";
import type { LocalBigQuery } from "../support/local-bigquery.ts";

export const opsDataset = "hulken.plumbline_ops";

/** The bundle's own tables in a local BigQuery, reached as a function reaches it. */
export interface OpsWarehouse {
  readonly bigquery: LocalBigQuery;
  /** As a function opens it, with the real client. */
  readonly warehouse: Warehouse;
  /** Rows of a table of the ops dataset, cells as plain values, in the order of the named columns. */
  rows(table: string, columns: readonly string[]): Promise<Record<string, unknown>[]>;
  run(sql: string, params?: Record<string, unknown>): Promise<Record<string, unknown>[]>;
  empty(...tables: string[]): Promise<void>;
  close(): Promise<void>;
}

const folder = new URL("../../sql/bigquery/ops/", import.meta.url);

export function opsStatements(): readonly string[] {
  return readdirSync(folder).filter((file) => file.endsWith(".sql"));
}

export function opsSql(file: string): string {
  return readFileSync(new URL(file, folder), "utf8").replaceAll("{{ops}}", opsDataset);
}

export async function startOpsWarehouse(): Promise<OpsWarehouse> {
  const bigquery = await startWarehouse("hulken");
  const client = bigquery.client();
  await client.createDataset("plumbline_ops", { location: "US" });
  for (const file of opsStatements()) await client.query({ query: opsSql(file), location: "US" });

  const run = (sql: string, params?: Record<string, unknown>) => plainRows(client, sql, params);
  return {
    bigquery,
    run,
    warehouse: openWarehouse({
      project: "hulken",
      location: "US",
      opsDataset: "plumbline_ops",
      from: "test",
    }),
    rows: (table, columns) =>
      run(
        `SELECT ${columns.join(", ")} FROM \`${opsDataset}.${table}\` ORDER BY ${columns.map((_, at) => at + 1).join(", ")}`,
      ),
    async empty(...tables) {
      for (const table of tables) await run(`DELETE FROM \`${opsDataset}.${table}\` WHERE TRUE`);
    },
    close: bigquery.close,
  };
}

async function plainRows(client: BigQuery, query: string, params?: Record<string, unknown>) {
  const [rows] = await client.query({ query, location: "US", ...(params && { params }) });
  return (rows as Record<string, unknown>[]).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, plain(cell)])),
  );
}

function plain(cell: unknown): unknown {
  return typeof cell === "object" && cell !== null && "value" in cell ? cell.value : cell;
}
