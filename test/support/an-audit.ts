import { spawn } from "node:child_process";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type LocalMetadata, startMetadataServer } from "../../infra/local/emulators/metadata/server.ts";
import { type LocalBigQuery, startLocalBigQuery } from "./local-bigquery.ts";

const program = fileURLToPath(new URL("../../functions/reconciliation/audit.ts", import.meta.url));

const jane = { email: "jane.roe@shop.example", phone: "+1 415 555 0134", digits: "4155550134" };

/** Nobody is told, so that the file says nothing of it; there is no dataset of that name either. */
export const base = `project: shop
location: US
time_zone: UTC
ops_dataset: plumbline_ops
connectors:
  ads: { name: Ads loader, every: 24h }
  shop: { name: Shop loader, every: 24h }
sources:
  ads:
    { table: raw.ads, connector: ads, owner: growth, arrival: arrived, business_date: day, unique_key: [ad_id, day],
      money: { column: spend, currency: USD, kind: spend } }
  orders:
    { table: raw.orders, connector: shop, owner: shop, arrival: arrived, business_date: created, unique_key: [id],
      money: { column: total, currency: USD, kind: revenue } }
`;
export const platforms = `platforms:
  ads:
    name: Ads
    spend: ads
    revenue: { source: orders, column: total, currency: USD, attributed_by: utm_source, is: [ads] }
    campaigns: { spend: campaign, revenue: utm_campaign }
`;
export const leads = `  leads: { table: crm.leads, connector: shop, owner: sales, arrival: arrived }
`;
export const pii = `pii:
  key: no-key
  country: US
  search: [raw]
  tables:
    orders: { clean: clean.orders, emails: { email: email_hash } }
`;

let bigquery: LocalBigQuery;
let metadata: LocalMetadata;
let topics: Server;
let topicsHost: string;
let calls = 0;
let folder: string;

export interface AuditWorld {
  readonly engine: LocalBigQuery["engine"];
  /** How often somebody came to publish. */
  readonly calls: number;
}

/**
 * `npm run audit` as a process of its own, over somebody's small warehouse in which nothing of the bundle is deployed. Made before
 * the tests of a file and ended after them.
 */
export function useAudit(): AuditWorld {
  beforeAll(start, 60_000);
  afterEach(() => {
    bigquery.engine.allowAccess("shop.crm");
    bigquery.engine.allowAccess("shop.raw");
  });
  afterAll(async () => {
    topics?.close();
    await metadata?.close();
    await bigquery?.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    get engine() {
      return bigquery.engine;
    },
    get calls() {
      return calls;
    },
  };
}

async function start(): Promise<void> {
  bigquery = await startLocalBigQuery({ project: "shop", clock: () => new Date() });
  metadata = await startMetadataServer({ project: "shop" });
  topics = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  topicsHost = `127.0.0.1:${await new Promise<number>((port) =>
    topics.listen(0, "127.0.0.1", () => port((topics.address() as { port: number }).port)),
  )}`;
  const at = new Date();
  const { engine } = bigquery;
  await engine.createDataset("shop.raw", { location: "US", at });
  await engine.createDataset("shop.crm", { location: "US", at });
  const columns = (types: Readonly<Record<string, string>>) => ({
    fields: Object.entries(types).map(([name, type]) => ({ name, type }) as const),
  });
  await engine.createTable(
    "shop.raw.ads",
    columns({
      ad_id: "STRING",
      day: "DATE",
      campaign: "STRING",
      spend: "NUMERIC",
      arrived: "TIMESTAMP",
    }) as never,
    at,
  );
  await engine.createTable(
    "shop.raw.orders",
    columns({
      ...{ id: "INTEGER", created: "TIMESTAMP", total: "NUMERIC", utm_source: "STRING" },
      ...{ utm_campaign: "STRING", email: "STRING", note: "STRING", arrived: "TIMESTAMP" },
    }) as never,
    at,
  );
  await engine.createTable(
    "shop.crm.leads",
    columns({ contact: "STRING", arrived: "TIMESTAMP" }) as never,
    at,
  );
  const now = `TIMESTAMPTZ '${at.toISOString()}'`;
  const days = (count: number) => `range(0, ${count}) AS back(n)`;
  await engine.appendSelect(
    "shop.raw.ads",
    `SELECT 'a' AS ad_id, CAST(${now} AS DATE) - n::INTEGER AS day, 'Spring' AS campaign, 100 AS spend, ${now} AS arrived FROM ${days(10)}`,
    at,
  );
  await engine.appendSelect(
    "shop.raw.orders",
    `SELECT n AS id, ${now} - INTERVAL 1 DAY * n AS created, 250 AS total, 'ads' AS utm_source,
       CASE n WHEN 1 THEN '${jane.email}' ELSE 'Spring' END AS utm_campaign,
       '${jane.email}' AS email, 'call ${jane.phone}' AS note, ${now} AS arrived FROM ${days(10)}`,
    at,
  );
  await engine.appendSelect("shop.crm.leads", `SELECT '${jane.email}' AS contact, ${now} AS arrived`, at);
  folder = await mkdtemp(join(tmpdir(), "plumbline-audit-"));
}

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** @returns once the process has ended; it has no terminal */
export async function run(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      NODE_COMPILE_CACHE: join(folder, "compiled"),
      ...bigquery.env,
      PUBSUB_EMULATOR_HOST: topicsHost,
      GCE_METADATA_HOST: metadata.host,
      METADATA_SERVER_DETECTION: "assume-present",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", error: "" };
  child.stdout.on("data", (data) => {
    said.out += data;
  });
  child.stderr.on("data", (data) => {
    said.error += data;
  });
  const code = await new Promise<number | null>((ended) => child.on("close", ended));
  return { code, ...said };
}

export async function audit(text: string, ...args: readonly string[]): Promise<Run> {
  await writeFile(join(folder, "my-warehouse.yaml"), text);
  return run("--config", "my-warehouse.yaml", ...args);
}

interface Report {
  readonly as_of: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly results: readonly {
    readonly check: string;
    readonly subject: string;
    readonly status: string;
    readonly code: string | null;
    readonly text: string;
  }[];
  readonly queries: readonly { readonly sql: string }[];
}

export async function reportIn(
  out: string,
): Promise<{ readonly json: Report; readonly texts: readonly string[] }> {
  const names = ["report.html", "report.json", "report.md"];
  expect((await readdir(join(folder, out))).sort()).toEqual(names);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, out, name), "utf8")));
  return { json: JSON.parse(texts[1] ?? "") as Report, texts };
}

export const namesJane = (text: string) =>
  /jane.?roe/i.test(text) || text.replaceAll(/[\s().+-]/g, "").includes(jane.digits);
export const isThere = (path: string) =>
  access(join(folder, path)).then(
    () => true,
    () => false,
  );
export const resultsOf = ({ results }: Report, check: string) =>
  results.filter((it) => it.check === check).map(({ subject, status, code }) => [subject, status, code]);

/** Everything in the project, by name, with when it was written last. */
export async function inventory(): Promise<readonly string[]> {
  const [datasets] = await bigquery.client().getDatasets();
  const tables = await Promise.all(
    datasets.map(async (dataset) => {
      const [some] = await dataset.getTables();
      return Promise.all(
        some.map(async (table) => {
          const [{ lastModifiedTime, numRows }] = await table.getMetadata();
          return `${dataset.id}.${table.id} ${lastModifiedTime} ${numRows}`;
        }),
      );
    }),
  );
  return [...datasets.map(({ id }) => `${id}`), ...tables.flat()].sort();
}
