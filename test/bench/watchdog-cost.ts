import { readFileSync } from "node:fs";
import { checkFreshness } from "../../functions/checks/freshness/check-sources.ts";
import { parseWarehouseFile } from "../../functions/shared/config/parse.ts";
import type { Source } from "../../functions/shared/config/types.ts";
import { instantsOf } from "../../functions/shared/instants.ts";
import { openWorld } from "../../infra/local/world/open.ts";
import { aSource } from "../support/a-source.ts";
import { startWarehouse, type TestWarehouse } from "../support/a-warehouse.ts";
import type { Section, Size } from "./figures.ts";

const now = new Date("2026-02-08T12:00:00Z");
const hour = 3_600_000;

const tables = { full: [10, 1_000, 10_000], quick: [10] };

/** BigQuery bills at least this much for each table a query names. */
const minimumPerTable = 10 * 2 ** 20;

/**
 * What one run of the watchdog costs, beside the obvious way, one `SELECT MAX(…)` a table, run through the same
 * client in the same process: on the demo's warehouse as it stands, and on synthetic ones. In each of those 10 %
 * of the tables are also written by something else, 5 % have a business date, 3 % are close to a threshold and
 * 2 % are stale; of the rest the metadata proves that they are fresh.
 */
export async function watchdogCost(size: Size): Promise<Section> {
  const rows = [...(await costOfDemo())];
  for (const count of tables[size]) rows.push(...(await costOfSynthetic(count)));
  return {
    title: "Cost of one watchdog run: jobs and bytes by tables watched",
    columns: ["tables", "way", "jobs", "bytes processed", "bytes billed", "× billed", "seconds", "MiB after"],
    rows,
    notes: [
      "Bytes as the local BigQuery counts them; billed: at least 10 MiB for each table named and query.",
      "Seconds and memory are of this process with the local BigQuery in it, not of Google's.",
    ],
  };
}

async function costOfDemo(): Promise<string[][]> {
  const world = await openWorld();
  const yaml = readFileSync(new URL("../../infra/local/world/warehouse.yaml", import.meta.url), "utf8");
  const { project, sources } = parseWarehouseFile(yaml, "warehouse.yaml");
  const bigquery = await startWarehouse(project, world.file);
  try {
    return await compare("demo", bigquery, sources);
  } finally {
    await bigquery.close();
    await world.discard();
  }
}

async function costOfSynthetic(count: number): Promise<string[][]> {
  const project = `shop-${count}`;
  const bigquery = await startWarehouse(project);
  try {
    const sources = await makeWorld(project, count, bigquery.engine);
    return await compare(count.toLocaleString("en-US"), bigquery, sources);
  } finally {
    await bigquery.close();
  }
}

async function compare(
  name: string,
  bigquery: TestWarehouse,
  sources: readonly Source[],
): Promise<string[][]> {
  Object.assign(process.env, bigquery.env);
  const ours = await measured(async () => {
    const warehouse = bigquery.open();
    await checkFreshness(sources, { location: "US" }, warehouse, instantsOf(now, now));
    // A metadata query is billed as one table is, as far as anybody has measured.
    return warehouse.runs.map(({ bytesProcessed, bytesBilled }) => ({
      bytesProcessed,
      bytesBilled: Math.max(bytesBilled, minimumPerTable),
    }));
  });
  const client = bigquery.client();
  const naive = await measured(async () => {
    const costs: Cost[] = [];
    for (const { table, arrival } of sources) {
      const [job] = await client.createQueryJob({
        query: `SELECT MAX(${arrival ?? "_TABLE_SUFFIX"}) FROM \`${table.project}.${table.dataset}.${table.table}\``,
      });
      await job.getQueryResults();
      const { totalBytesProcessed, query } = job.metadata.statistics;
      costs.push({
        bytesProcessed: Number(totalBytesProcessed),
        bytesBilled: Math.max(Number(query?.totalBytesBilled ?? 0), minimumPerTable),
      });
    }
    return costs;
  });
  const row = (way: string, it: Measured): string[] => [
    name,
    way,
    String(it.costs.length),
    mebibytes(sum(it.costs, "bytesProcessed")),
    mebibytes(sum(it.costs, "bytesBilled")),
    (sum(it.costs, "bytesBilled") / sum(naive.costs, "bytesBilled")).toFixed(2),
    it.seconds.toFixed(2),
    it.memory.toFixed(0),
  ];
  return [row("watchdog", ours), row("MAX() a table", naive)];
}

interface Cost {
  readonly bytesProcessed: number;
  readonly bytesBilled: number;
}

interface Measured {
  readonly costs: readonly Cost[];
  readonly seconds: number;
  /** Resident MiB of this process afterwards, local BigQuery included. */
  readonly memory: number;
}

async function measured(work: () => Promise<Cost[]>): Promise<Measured> {
  const started = performance.now();
  const costs = await work();
  return {
    costs,
    seconds: (performance.now() - started) / 1_000,
    memory: process.memoryUsage().rss / 2 ** 20,
  };
}

async function makeWorld(project: string, count: number, engine: TestWarehouse["engine"]): Promise<Source[]> {
  const dataset = `${project}.ads`;
  await engine.createDataset(dataset, { location: "US", at: now });
  const sources: Source[] = [];
  for (let n = 0; n < count; n++) {
    const share = (n * 100) / count;
    const kind =
      share < 2
        ? "stale"
        : share < 5
          ? "close"
          : share < 10
            ? "business_date"
            : share < 20
              ? "shared"
              : "simple";
    const modified = new Date(
      now.getTime() - { stale: 60, close: 28, business_date: 4, shared: 0.05, simple: 4 }[kind] * hour,
    );
    const table = `stream_${n}`;
    await engine.createTable(
      `${dataset}.${table}`,
      {
        fields: [
          { name: "id", type: "INTEGER" },
          { name: "extracted_at", type: "TIMESTAMP" },
          { name: "day", type: "DATE" },
        ],
        partitionBy: { field: "extracted_at", type: "DAY" },
      },
      modified,
    );
    await engine.appendSelect(
      `${dataset}.${table}`,
      `SELECT i AS id, TIMESTAMPTZ '${modified.toISOString()}' - to_hours(CAST(i AS INTEGER)) AS extracted_at,
       CAST(TIMESTAMP '${modified.toISOString().slice(0, 19)}' - to_hours(CAST(i AS INTEGER)) AS DATE) AS day
       FROM range(720) AS rows(i)`,
      modified,
    );
    sources.push(source(project, table, kind));
  }
  return sources;
}

function source(project: string, table: string, kind: string): Source {
  return aSource({
    id: table,
    table: { project, dataset: "ads", table },
    businessDate: kind === "business_date" ? "day" : null,
    otherWriters: kind === "shared" ? ["hasher"] : [],
  });
}

function sum(costs: readonly Cost[], of: keyof Cost): number {
  return costs.reduce((total, cost) => total + cost[of], 0);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toLocaleString("en-US", { maximumFractionDigits: 1 })} MiB`;
}
