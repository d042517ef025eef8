import { spawn } from "node:child_process";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type LocalMetadata, startMetadataServer } from "../../../infra/local/emulators/metadata/server.ts";
import { type LocalBigQuery, startLocalBigQuery } from "../../support/local-bigquery.ts";

/** `npm run audit` as a process of its own, over somebody's small warehouse in which nothing of the bundle is deployed. */
const program = fileURLToPath(new URL("../../../functions/reconciliation/audit.ts", import.meta.url));

const jane = { email: "jane.roe@shop.example", phone: "+1 415 555 0134", digits: "4155550134" };

/** Nobody is told, so that the file says nothing of it; there is no dataset of that name either. */
const base = `project: shop
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
const platforms = `platforms:
  ads:
    name: Ads
    spend: ads
    revenue: { source: orders, column: total, currency: USD, attributed_by: utm_source, is: [ads] }
    campaigns: { spend: campaign, revenue: utm_campaign }
`;
const leads = `  leads: { table: crm.leads, connector: shop, owner: sales, arrival: arrived }
`;
const pii = `pii:
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
/** Whoever would publish has to come here. */
let calls = 0;
let folder: string;

beforeAll(async () => {
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
}, 60_000);
afterEach(async () => {
  bigquery.engine.allowAccess("shop.crm");
  bigquery.engine.allowAccess("shop.raw");
});
afterAll(async () => {
  topics?.close();
  await metadata?.close();
  await bigquery?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** @returns once the process has ended; it has no terminal */
async function run(...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: folder,
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

async function audit(text: string, ...args: readonly string[]): Promise<Run> {
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

async function reportIn(out: string): Promise<{ readonly json: Report; readonly texts: readonly string[] }> {
  const names = ["report.html", "report.json", "report.md"];
  expect((await readdir(join(folder, out))).sort()).toEqual(names);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, out, name), "utf8")));
  return { json: JSON.parse(texts[1] ?? "") as Report, texts };
}

const namesJane = (text: string) =>
  /jane.?roe/i.test(text) || text.replaceAll(/[\s().+-]/g, "").includes(jane.digits);
const isThere = (path: string) =>
  access(join(folder, path)).then(
    () => true,
    () => false,
  );
const of = ({ results }: Report, check: string) =>
  results.filter((it) => it.check === check).map(({ subject, status, code }) => [subject, status, code]);

/** Everything in the project, by name, with when it was written last. */
async function inventory(): Promise<readonly string[]> {
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

describe("before it reads", () => {
  test("says how much and for how much, reads metadata only, and ends with 2 where nobody can agree", async () => {
    const before = bigquery.engine.jobs.length;
    const { code, out, error } = await audit(base + platforms, "--out", "not-agreed");
    expect(out).toMatch(
      /^shop: one look at 2 tables will read 21 MB, less than \$0\.01\.\nThe search for people will read at most 21 MB, less than \$0\.01; --no-people leaves it out\.\n/,
    );
    expect(error).toBe("Nothing was read. With --yes it does not ask.\n");
    expect(code).toBe(2);
    expect(await isThere("not-agreed")).toBe(false);
    const jobs = bigquery.engine.jobs
      .slice(before)
      .filter(({ ended, configuration }) => ended !== undefined && configuration.dryRun !== true);
    expect(jobs.length).toBeGreaterThan(0);
    for (const { query } of jobs)
      expect(query).toMatch(/`shop\.raw\.(__TABLES__|INFORMATION_SCHEMA\.COLUMNS)`/);
    for (const { referencedTables } of jobs)
      expect(JSON.stringify(referencedTables)).not.toMatch(/"(ads|orders)"/);
  });

  test("a look that the file does not allow is refused, and says what to change", async () => {
    const limits = "reconciliation: { full_scan_up_to: 1MiB, max_scan: 2MiB }\n";
    const { code, error } = await audit(base + limits, "--yes", "--out", "too-much");
    expect(error).toContain("One look at 2 tables would read 21 MB, and the warehouse file allows 2.1 MB.");
    expect([code, await isThere("too-much")]).toEqual([1, false]);
  });
});

describe("with --yes", () => {
  test("writes the report in three forms; makes nothing, changes nothing, tells nobody", async () => {
    const [before, made] = [await inventory(), bigquery.engine.jobs.length];
    const { code, out, error } = await audit(base + platforms, "--yes", "--out", "whole");
    expect([code, error]).toEqual([0, ""]);
    const { json } = await reportIn("whole");
    const { ok = 0, warning = 0, critical = 0, unknown = 0 } = json.summary;
    const all = ok + warning + critical + unknown;
    expect(out).toContain(ok === all ? `All ${all} checks are ok` : `${ok} of ${all} checks are ok, `);
    for (const count of [warning, critical, unknown].filter((it) => it > 0)) {
      expect(out).toMatch(new RegExp(`, ${count} (is|are|has|have) `));
    }
    expect(out).toContain(`The report: ${join("whole", "report.html")}`);

    expect(await inventory()).toEqual(before);
    const jobs = bigquery.engine.jobs.slice(made);
    expect(new Set(jobs.map(({ type, statementType }) => `${type} ${statementType}`))).toEqual(
      new Set(["QUERY SELECT"]),
    );
    for (const { query } of jobs) expect(query).not.toContain("plumbline_ops");
    expect(calls).toBe(0);
  });

  test("holds no value of a person, and says where they can be read", async () => {
    await audit(base + leads + platforms, "--yes", "--out", "people");
    const { json, texts } = await reportIn("people");
    // Without pii every dataset is searched that a source is in.
    expect(of(json, "pii_search")).toEqual([
      ["shop.raw", "critical", "readable"],
      ["shop.crm", "critical", "readable"],
    ]);
    for (const text of texts) {
      expect(namesJane(text)).toBe(false);
      for (const column of ["shop.raw.orders.email", "shop.raw.orders.note", "shop.crm.leads.contact"])
        expect(text.includes(column), column).toBe(true);
    }
  });

  test("a file with pii has only what it names searched; what was never hashed is unknown", async () => {
    const { out } = await audit(base + leads + pii, "--yes", "--out", "pii");
    expect(out).toContain("Counting who is hashed will read at most 10 MB, less than $0.01.");
    const { json, texts } = await reportIn("pii");
    expect(of(json, "pii_search")).toEqual([["shop.raw", "critical", "readable"]]);
    expect(of(json, "pii_hashing")).toEqual([["orders", "unknown", expect.any(String)]]);
    expect(texts.map(namesJane)).toEqual([false, false, false]);
  });

  test("--no-people reads no text, and says so", async () => {
    const { out } = await audit(base, "--yes", "--no-people", "--out", "no-people");
    expect(out).not.toContain("search");
    const { json } = await reportIn("no-people");
    expect(json.results.filter(({ check }) => check === "pii_search")).toMatchObject([
      { subject: "shop.raw", status: "unknown", text: "It was not searched: --no-people." },
    ]);
    for (const { sql } of json.queries) expect(sql).not.toContain("`email`");
  });

  test("what the caller may not read is unknown, and the rest of the report stands", async () => {
    bigquery.engine.denyAccess("shop.crm");
    const { code } = await audit(base + leads + platforms, "--yes", "--out", "denied");
    expect(code).toBe(0);
    const { json } = await reportIn("denied");
    expect(of(json, "freshness")).toEqual([
      ["ads", "ok", null],
      ["orders", "ok", null],
      ["leads", "unknown", expect.any(String)],
    ]);
    expect(of(json, "pii_search")).toContainEqual(["shop.crm", "unknown", "not_searched"]);
    expect(of(json, "roas")).toEqual([["ads", "ok", null]]);
  });

  test("where nothing can be read at all, it says why and writes nothing", async () => {
    bigquery.engine.denyAccess("shop.raw");
    const { code, error } = await audit(base, "--yes", "--out", "nothing");
    expect(error).toMatch(
      /^Nothing of shop can be seen with these credentials: .*Access Denied.*\nNothing was read\.\n$/,
    );
    expect([code, await isThere("nothing")]).toEqual([1, false]);
  });

  test("--as-of looks at what had arrived by then; who could be read then is unknown", async () => {
    const asOf = new Date(Date.now() - 86_400_000).toISOString().replace(/\.\d+/, "");
    await audit(base, "--yes", "--as-of", asOf, "--out", "earlier");
    const { json } = await reportIn("earlier");
    expect(new Date(json.as_of)).toEqual(new Date(asOf));
    expect(of(json, "pii_search")).toEqual([["shop.raw", "unknown", "looked_back"]]);
    expect(of(json, "duplicates")).toEqual([
      ["ads", "unknown", "no_rows"],
      ["orders", "unknown", "no_rows"],
    ]);
  });
});

describe("what it cannot go by", () => {
  test("mistakes in the file are told with their lines, all at once", async () => {
    const text = base
      .replace("time_zone: UTC", "time_zone: Mars/Olympus")
      .replace("every: 24h }", "every: 24 }");
    const { code, out, error } = await audit(text, "--yes");
    expect(error).toMatch(/^2 mistakes in the warehouse file:\nmy-warehouse\.yaml:3:1: time_zone: /);
    expect(error).toMatch(/^my-warehouse\.yaml:6:\d+: connectors\.ads\.every: /m);
    expect([code, out]).toEqual([1, ""]);
  });

  test.each([
    ["no --config", [], "Name the warehouse file: --config my-warehouse.yaml"],
    ["an option that it does not have", ["--confg", "x"], "Unknown option '--confg'"],
    ["an option without its value", ["--config"], "Option '--config <value>' argument missing"],
    [
      "a word that is no option",
      ["x.yaml"],
      "Unexpected argument 'x.yaml'. This command does not take positional arguments",
    ],
    [
      "an instant that is none",
      ["--config", "x", "--as-of", "Sunday"],
      "--as-of is no instant; write it as 2026-02-08T12:00:00Z",
    ],
    ["an instant to come", ["--config", "x", "--as-of", "2999-01-01T00:00:00Z"], "--as-of is in the future"],
  ])("%s", async (_, args, sentence) => {
    const { code, error } = await run(...args);
    expect(error.split("\n\n")[0]).toBe(sentence);
    expect(error).toContain("npm run audit -- --config my-warehouse.yaml");
    expect(code).toBe(1);
  });

  test("a file that is not there", async () => {
    const { code, error } = await run("--config", "nowhere.yaml");
    expect(error).toBe("The warehouse file nowhere.yaml cannot be read: there is no such file.\n");
    expect(code).toBe(1);
  });
});
