import { readdir, readFile } from "node:fs/promises";
import { describeError } from "../http/problem.ts";
import type { Decision } from "../stack-view.ts";
import type { WarehouseClient } from "./warehouse-client.ts";

const folder = new URL("../../../sql/bigquery/ops/", import.meta.url);

/** Creates Plumbline's own tables if they are missing, as a deployment does. */
export async function createOpsTables(client: WarehouseClient, ops: OpsDataset): Promise<void> {
  const name = `${ops.project}.${ops.dataset}`;
  await client.query(`CREATE SCHEMA IF NOT EXISTS \`${name}\` OPTIONS (location = '${ops.location}')`);
  for (const file of (await readdir(folder)).filter((one) => one.endsWith(".sql")).sort()) {
    const sql = await readFile(new URL(file, folder), "utf8");
    await client.query(sql.replaceAll("{{ops}}", name)).catch((error: unknown) => {
      throw new Error(`sql/bigquery/ops/${file}: ${describeError(error)}`);
    });
  }
}

export interface OpsDataset {
  readonly project: string;
  readonly dataset: string;
  readonly location: string;
}

/** The newest rows of the alert log, the newest first. */
export async function readDecisions(
  client: WarehouseClient,
  ops: OpsDataset,
  limit: number,
): Promise<Decision[]> {
  const rows = await client.query(`
    SELECT
      FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%SZ', schedule_time) AS tick,
      function, group_key, title, notified, reason, why, failure
    FROM \`${ops.project}.${ops.dataset}.alert_log\`
    ORDER BY schedule_time DESC, notified DESC, group_key
    LIMIT ${limit}`);
  return rows.map((row) => ({
    at: row.tick ?? "",
    function: row.function ?? "",
    group: row.group_key ?? "",
    title: row.title ?? "",
    notified: row.notified === "true",
    reason: row.reason ?? "",
    why: row.why ?? "",
    failure: row.failure ?? null,
  }));
}
