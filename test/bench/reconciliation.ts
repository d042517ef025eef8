import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { definitionOf, queryOf } from "../../functions/dedup-views/definition.ts";
import { within } from "../../functions/reconciliation/cost.ts";
import { gatherFrom } from "../../functions/reconciliation/gather.ts";
import { parseWarehouseFile } from "../../functions/shared/config/parse.ts";
import type { WarehouseFile } from "../../functions/shared/config/types.ts";
import { nameOf } from "../../functions/shared/config/values/table-name.ts";
import { instantsOf } from "../../functions/shared/instants.ts";
import { type FunctionSet, sourceFunctions } from "../../infra/local/functions/program.ts";
import { openWorld } from "../../infra/local/world/open.ts";
import { startSmallStack } from "../support/a-small-stack.ts";
import { noon } from "../support/a-source.ts";
import { startWarehouse, type TestWarehouse } from "../support/a-warehouse.ts";
import { location, opsDataset, project } from "../support/small-sources.ts";
import { peakMebibytes, type Section, type Size } from "./figures.ts";
import { oneByOne } from "./reconciliation-peer.ts";

/**
 * One look at the demo's warehouse for all checks, as the function takes it, beside one statement for each check and
 * subject, as an analyst would write them: whole tables, nothing shared.
 */
export async function reconciliation(): Promise<Section> {
  const world = await openWorld();
  const yaml = readFileSync(new URL("../../infra/local/world/warehouse.yaml", import.meta.url), "utf8");
  const file = parseWarehouseFile(yaml, "warehouse.yaml");
  const bigquery = await startWarehouse(file.project, world.file);
  try {
    await makeViews(bigquery, file);
    const ours = await measured(() => look(bigquery, file));
    const peer = await measured(() => askOneByOne(bigquery, file));
    const row = (way: string, { costs, seconds }: Measured) => [
      way,
      ...compared(costs.length, peer.costs.length, 0),
      ...compared(sum(costs, "processed") / 2 ** 20, sum(peer.costs, "processed") / 2 ** 20, 0),
      ...compared(sum(costs, "billed") / 2 ** 20, sum(peer.costs, "billed") / 2 ** 20, 0),
      ...compared(seconds, peer.seconds, 1),
    ];
    return {
      title: "One look at the demo for all checks, beside a query for each check and subject",
      columns: ["way", "jobs", "×", "MiB processed", "×", "MiB billed", "×", "seconds", "×"],
      rows: [row("one look", ours), row("a query a check", peer)],
      notes: [
        "Without what is asked of people and of the bundle's own tables, which is the same either way.",
        "Bytes as the local BigQuery counts them; billed: at least 10 MiB for each table that a query names.",
        "The look first asks what it would read, within these seconds; the other queries run one after the other.",
      ],
    };
  } finally {
    await bigquery.close();
    await world.discard();
  }
}

async function makeViews(bigquery: TestWarehouse, { dedupViews }: WarehouseFile): Promise<void> {
  const warehouse = bigquery.open();
  for (const view of dedupViews) {
    const info = await warehouse.table(nameOf(view.source.table));
    if (info === null) throw new Error(`there is no ${nameOf(view.source.table)}`);
    const change = { at: noon, what: "made" };
    await warehouse.createView(nameOf(view.view), definitionOf(view, queryOf(view, info.columns), change));
  }
}

interface Cost {
  readonly processed: number;
  readonly billed: number;
}

interface Measured {
  readonly costs: readonly Cost[];
  readonly seconds: number;
}

async function look(bigquery: TestWarehouse, file: WarehouseFile): Promise<readonly Cost[]> {
  const warehouse = bigquery.open();
  const instants = instantsOf(noon, noon);
  await gatherFrom(file, instants, warehouse, {
    piiFacts: async () => null,
    memory: async () => null,
    allow: within(file, "bench", instants),
  });
  return warehouse.runs.map(({ bytesProcessed, bytesBilled }) => ({
    processed: bytesProcessed,
    billed: bytesBilled,
  }));
}

async function askOneByOne(bigquery: TestWarehouse, file: WarehouseFile): Promise<readonly Cost[]> {
  const client = bigquery.client();
  const warehouse = bigquery.open();
  const costs: Cost[] = [];
  for (const query of await oneByOne(file, warehouse)) {
    const [job] = await client.createQueryJob({ query, location: file.location });
    await job.getQueryResults();
    const [{ statistics }] = await job.getMetadata();
    costs.push({
      processed: Number(statistics.totalBytesProcessed),
      billed: Number(statistics.query?.totalBytesBilled ?? 0),
    });
  }
  return costs;
}

async function measured(work: () => Promise<readonly Cost[]>): Promise<Measured> {
  const began = performance.now();
  const costs = await work();
  return { costs, seconds: (performance.now() - began) / 1_000 };
}

function compared(value: number, peer: number, digits: number): [string, string] {
  const figure = value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return [figure, (value / peer).toFixed(2)];
}

function sum(costs: readonly Cost[], of: keyof Cost): number {
  return costs.reduce((all, cost) => all + cost[of], 0);
}

const sizes = { full: [49, 200, 1_000], quick: [10] };

/** What BigQuery allows a query: https://cloud.google.com/bigquery/quotas#query_jobs. */
const longestText = 1_048_576;

/** The function in a process of its own, over one dataset with more and more small tables. */
export async function reconciliationGrowth(size: Size): Promise<Section> {
  const rows: string[][] = [];
  for (const count of sizes[size]) rows.push(await grown(count));
  return {
    title: "One run by sources, small tables of one dataset",
    columns: [
      ...["tables", "jobs", "MiB processed", "MiB billed"],
      ...["longest query, bytes", "of 1 MiB", "its tables", "its parameters", "dry-run jobs"],
      ...["s to look", "s of a whole run", "s of ?dry_run=1", "peak MiB", `of ${memory}`],
    ],
    rows,
    notes: [
      "A query may name 1,000 tables and hold 1 MiB of text and 10,000 parameters; tablesPerJob keeps far below each.",
      "Dry-run jobs are asked before a look; ?dry_run=1 asks for the description of every table beside.",
      "A whole run also remembers and tells. A tenth of the tables repeat rows. Times are those of the local BigQuery.",
      "Peak of the function's process, with the heap that Node gives itself in its memory (function.json).",
    ],
  };
}

async function grown(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, nth) => `stream_${nth}`);
  const stack = await startSmallStack({
    sources: [],
    only: ["reconciliation"],
    file: fileOf(ids),
    functions: inItsMemory,
  });
  try {
    for (const [nth, id] of ids.entries()) {
      const name = `${project}.data.${id}`;
      const fields = [
        { name: "id", type: "INTEGER" },
        { name: "arrived", type: "TIMESTAMP" },
        { name: "amount", type: "NUMERIC" },
      ] as const;
      await stack.engine.createTable(name, { fields: [...fields] }, noon);
      await stack.engine.appendSelect(
        name,
        `SELECT i % ${nth % 10 === 0 ? 100 : 120} AS id, TIMESTAMPTZ '${noon.toISOString()}' - to_hours(CAST(6 * i AS INTEGER)) AS arrived, 10 AS amount
         FROM range(120) AS t(i)`,
        noon,
      );
    }
    const run = await ask<Report>(`${stack.url}/reconciliation`);
    const told = performance.now();
    const { status, body } = await stack.wake(noon, undefined, "/reconciliation");
    if (status !== 200) throw new Error(`the run answered ${status}: ${body.slice(0, 2_000)}`);
    const remembered = (performance.now() - told) / 1_000;
    const peak = await peakMebibytes(stack.called("reconciliation").pid());
    const estimate = await ask<Estimate>(`${stack.url}/reconciliation?dry_run=1`);
    const { queries, summary } = run.json;
    if (summary.unknown > 0 && queries.length === 0) throw new Error("the tables could not be read");
    const longest = queries.reduce((most, it) => (it.sql.length > most.sql.length ? it : most));
    const mebibytes = (of: "bytes_processed" | "bytes_billed") =>
      (queries.reduce((all, it) => all + it[of], 0) / 2 ** 20).toFixed(1);
    return [
      count.toLocaleString("en-US"),
      String(queries.length),
      mebibytes("bytes_processed"),
      mebibytes("bytes_billed"),
      Buffer.byteLength(longest.sql).toLocaleString("en-US"),
      `${((100 * Buffer.byteLength(longest.sql)) / longestText).toFixed(0)} %`,
      String(longest.sql.split("\nUNION ALL\n").length),
      String(new Set(longest.sql.match(/@\w+/g)).size),
      String(estimate.json.queries.filter(({ statement }) => statement === "table-stats/table").length),
      run.seconds.toFixed(1),
      remembered.toFixed(1),
      estimate.seconds.toFixed(1),
      String(peak),
      `${((100 * peak) / memory).toFixed(0)} %`,
    ];
  } finally {
    await stack.close();
  }
}

/** `512Mi` of function.json. */
const memory = Number.parseInt(
  JSON.parse(readFileSync(join(sourceFunctions.folder, "reconciliation", "function.json"), "utf8")).memory,
  10,
);

/** V8 takes half of a container's memory for its heap, and here has no container to ask. */
const inItsMemory: FunctionSet = {
  ...sourceFunctions,
  programOf: (manifest) => ({
    ...sourceFunctions.programOf(manifest),
    environment: { NODE_OPTIONS: `--max-old-space-size=${memory / 2}` },
  }),
};

interface Report {
  readonly summary: Readonly<Record<"ok" | "warning" | "critical" | "unknown", number>>;
  readonly queries: readonly {
    readonly statement: string;
    readonly sql: string;
    readonly bytes_processed: number;
    readonly bytes_billed: number;
  }[];
}

interface Estimate {
  readonly queries: readonly { readonly statement: string }[];
}

/** Without the time limit that `fetch` has. */
async function ask<T>(url: string): Promise<{ readonly json: T; readonly seconds: number }> {
  const began = performance.now();
  const headers = { accept: "application/json", "x-cloudscheduler-scheduletime": noon.toISOString() };
  const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    get(url, { headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    }).on("error", reject);
  });
  if (status !== 200) throw new Error(`${url} answered ${status}: ${body.slice(0, 2_000)}`);
  return { json: JSON.parse(body) as T, seconds: (performance.now() - began) / 1_000 };
}

function fileOf(ids: readonly string[]): string {
  return [
    `project: ${project}`,
    `location: ${location}`,
    "time_zone: UTC",
    `ops_dataset: ${opsDataset}`,
    "connectors:",
    "  c: { name: C, every: 6h }",
    "sources:",
    ...ids.map(
      (id) =>
        `  ${id}: { table: data.${id}, connector: c, owner: data, arrival: arrived, business_date: arrived, ` +
        "unique_key: [id], required: [amount], money: { column: amount, currency: USD, kind: spend }, final_after: 3d, " +
        "warn_after: 12h, critical_after: 24h }",
    ),
    "notifications: { channels: { alerts: { slack: { webhook_secret: slack-alerts } } } }",
    "",
  ].join("\n");
}
