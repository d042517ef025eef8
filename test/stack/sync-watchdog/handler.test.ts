import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { v1 } from "@google-cloud/pubsub";
import { credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalPubSub, startPubSub } from "../../../infra/local/emulators/pubsub/server.ts";
import { opsStatements } from "../../sql/ops-warehouse.ts";
import { ago, days, hours, noon } from "../../support/a-source.ts";
import { startWarehouse, type TestWarehouse } from "../../support/a-warehouse.ts";

/**
 * The function as deployed: its handler behind the functions-framework, Google's clients, a warehouse with one
 * healthy source, one that has been silent for three days, and one whose dataset may not be read at times.
 */
const file = `
project: shop
location: US
time_zone: UTC
ops_dataset: ops
connectors:
  facebook: { name: Facebook, every: 24h, runbook: [Renew the token] }
  shopify: { name: Shopify, every: 24h }
  crm: { name: CRM, every: 24h }
sources:
  ads:
    table: ads.ads
    connector: facebook
    owner: growth
    arrival: arrived
    business_date: day
    money: { column: spend, currency: EUR, kind: spend }
  orders: { table: ads.orders, connector: shopify, owner: shop, arrival: arrived, business_date: day }
  contacts: { table: crm.contacts, connector: crm, owner: crm, arrival: arrived }
notifications:
  channels:
    alerts: { slack: { webhook_secret: slack-alerts } }
`;

let bigquery: TestWarehouse;
let pubsub: LocalPubSub;
let server: Server;
let url: string;
const folder = mkdtempSync(join(tmpdir(), "plumbline-test-"));

async function makeTable(name: string, last: Date): Promise<void> {
  const fields = [
    { name: "arrived", type: "TIMESTAMP" },
    { name: "day", type: "DATE" },
    { name: "spend", type: "NUMERIC" },
  ] as const;
  await bigquery.engine.createTable(`shop.${name}`, { fields }, ago(days(300)));
  await bigquery.engine.appendSelect(
    `shop.${name}`,
    `SELECT arrived, CAST(arrived AS DATE) AS day, 1000 AS spend
     FROM (SELECT TIMESTAMPTZ '${last.toISOString()}' - to_days(CAST(n AS INTEGER)) AS arrived FROM range(20) AS d(n))`,
    last,
  );
}

beforeAll(async () => {
  bigquery = await startWarehouse();
  for (const dataset of ["ads", "crm", "ops"]) {
    await bigquery.engine.createDataset(`shop.${dataset}`, { location: "US", at: ago(days(300)) });
  }
  await makeTable("ads.ads", ago(days(3)));
  await makeTable("ads.orders", ago(hours(2)));
  await makeTable("crm.contacts", ago(hours(2)));
  for (const statement of opsStatements()) {
    const sql = readFileSync(new URL(`../../../sql/bigquery/ops/${statement}`, import.meta.url), "utf8");
    await bigquery.client().query({ query: sql.replaceAll("{{ops}}", "shop.ops"), location: "US" });
  }
  pubsub = await startPubSub({ project: "shop" });
  pubsub.createTopic("plumbline-alerts");
  pubsub.createSubscription({ name: "seen", topic: "plumbline-alerts" });
  writeFileSync(join(folder, "warehouse.yaml"), file);
  Object.assign(process.env, {
    PLUMBLINE_CONFIG: join(folder, "warehouse.yaml"),
    GOOGLE_CLOUD_PROJECT: "shop",
    PUBSUB_EMULATOR_HOST: pubsub.host,
  });
  await import("../../../functions/sync-watchdog/handler.ts");
  server = getTestServer("sync-watchdog");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await pubsub.close();
  await bigquery.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Report {
  readonly as_of: string;
  readonly summary: Record<string, number>;
  readonly sources: Record<string, unknown>[];
  readonly groups: Record<string, unknown>[];
  readonly queries: { statement: string; job: string | null; bytes_billed: number }[];
}

const tick = (at: Date) => ({ "x-cloudscheduler-scheduletime": at.toISOString() });
const get = (query = "", headers: Record<string, string> = {}) =>
  fetch(url + query, { headers: { ...tick(noon), ...headers } });
const report = async (query = "") => (await (await get(query)).json()) as Report;
const post = (at = noon) => fetch(url, { method: "POST", headers: tick(at) });

interface Published {
  readonly title: string;
  readonly reason: string;
  readonly id: string;
  readonly owners: readonly string[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

/** What the topic has received since it was last asked. */
async function published(): Promise<Published[]> {
  const client = new v1.SubscriberClient({
    servicePath: "127.0.0.1",
    port: pubsub.port,
    sslCreds: credentials.createInsecure(),
  });
  const subscription = client.subscriptionPath("shop", "seen");
  const [{ receivedMessages }] = await client.pull({
    subscription,
    maxMessages: 100,
    returnImmediately: true,
  });
  const received = receivedMessages ?? [];
  const ackIds = received.flatMap(({ ackId }) => ackId ?? []);
  if (ackIds.length > 0) await client.acknowledge({ subscription, ackIds });
  await client.close();
  return received.map(({ message }) => JSON.parse(String(message?.data)));
}

async function rowsOf(table: string): Promise<number> {
  const [[row]] = await bigquery
    .client()
    .query({ query: `SELECT COUNT(*) AS n FROM \`shop.ops.${table}\``, location: "US" });
  return row.n;
}

describe("GET looks", () => {
  test("and answers with everything the contract names", async () => {
    const { as_of, summary, sources, groups, queries } = await report();
    expect(as_of).toBe("2026-02-08T12:00:00.000Z");
    expect(summary).toEqual({ ok: 2, warning: 0, critical: 1, unknown: 0 });
    expect(sources[0]).toMatchObject({
      source: "ads",
      status: "critical",
      arrival: "2026-02-05T12:00:00.000Z",
      business_date: "2026-02-05",
      modified: "2026-02-05T12:00:00.000Z",
      age_hours: 72,
      decided_by: "modified",
      finding: { code: "stale" },
      impact: { amount: 3000, low: 3000, high: 3000, currency: "EUR", kind: "spend" },
      action: ["Renew the token"],
      owner: "growth",
    });
    expect(sources[1]).toMatchObject({ source: "orders", status: "ok", impact: null, cause: null });
    expect(groups).toMatchObject([{ key: "connector:facebook", severity: "critical", sources: ["ads"] }]);
    expect(queries.map(({ statement }) => statement)).toContain("freshness/metadata");
  });

  test("writes nothing and publishes nothing", async () => {
    await report();
    expect(await Promise.all(["runs", "check_results", "alert_state", "alert_log"].map(rowsOf))).toEqual([
      0, 0, 0, 0,
    ]);
    expect(await published()).toEqual([]);
  });

  test("back in time with as_of: it said nothing then", async () => {
    const then = await report("?as_of=2026-02-05T18:00:00Z");
    expect(then.as_of).toBe("2026-02-05T18:00:00.000Z");
    expect(then.sources[0]).toMatchObject({ source: "ads", status: "ok" });
  });

  test("at one source, with the cause it is part of", async () => {
    const { sources, groups, summary } = await report("?source=ads");
    expect(sources).toHaveLength(1);
    expect(groups).toHaveLength(1);
    expect(summary).toEqual({ ok: 0, warning: 0, critical: 1, unknown: 0 });
    const missing = await get("?source=adz");
    expect(missing.status).toBe(400);
    expect(((await missing.json()) as { detail: string }).detail).toContain("did you mean ads?");
  });

  test("at the cost alone with dry_run: bytes of each query, and none is run", async () => {
    const before = bigquery.engine.jobs.length;
    const cost = (await (await get("?dry_run=1")).json()) as Report & { bytes_processed: number };
    expect(cost.bytes_processed).toBeGreaterThan(0);
    expect(cost.queries.map(({ statement }) => statement)).toEqual(
      expect.arrayContaining(["freshness/metadata", "freshness/content-clocks", "freshness/daily-money"]),
    );
    expect(bigquery.engine.jobs.length).toBe(before);
  });

  test("dry_run is yes or no, and minds the source", async () => {
    const one = (await (await get("?dry_run=1&source=orders")).json()) as Report;
    expect(one.queries.map(({ statement }) => statement)).toEqual([
      "freshness/metadata",
      "freshness/content-clocks",
    ]);
    expect((await get("?dry_run=1&source=adz")).status).toBe(400);
    expect((await get("?dry_run=maybe")).status).toBe(400);
    expect((await report("?dry_run=0")).summary).toBeDefined();
  });

  test("with an error when nothing at all could be checked", async () => {
    for (const dataset of ["shop.ads", "shop.crm"]) bigquery.engine.denyAccess(dataset);
    const response = await get();
    for (const dataset of ["shop.ads", "shop.crm"]) bigquery.engine.allowAccess(dataset);
    expect(response.status).toBe(500);
    expect(((await response.json()) as { errors: string[] }).errors).toHaveLength(3);
  });

  test.each([
    ["text/csv", "source,status,arrival"],
    ["text/markdown", "# Is every source fresh?"],
    ["text/html", "<h1"],
  ])("as %s", async (accept, text) => {
    const response = await get("", { accept });
    expect(response.headers.get("content-type")).toContain(accept);
    expect(await response.text()).toContain(text);
  });
});

describe("POST acts", () => {
  test("tells once; the same tick again answers what it answered and does nothing twice", async () => {
    const first = await (await post()).json();
    expect(first).toMatchObject({
      repeated: false,
      notices: [{ key: "connector:facebook", notify: true, reason: "first" }],
    });
    expect(await published()).toMatchObject([{ title: "Facebook stopped on 5 Feb 2026", reason: "first" }]);

    const again = await (await post()).json();
    expect(again).toMatchObject({
      repeated: true,
      notices: [{ key: "connector:facebook", reason: "first" }],
    });
    expect(await published()).toEqual([]);
    expect(await Promise.all(["runs", "check_results", "alert_state", "alert_log"].map(rowsOf))).toEqual([
      1, 3, 1, 1,
    ]);
  });

  test("an hour later keeps quiet, and says why", async () => {
    const held = await (await post(ago(-hours(1)))).json();
    expect(held).toMatchObject({ notices: [{ notify: false, reason: "repeat_interval" }] });
    expect(await published()).toEqual([]);
  });

  test("and says afterwards why it spoke and why it kept quiet", async () => {
    const why = await (await get("/why?source=ads", tick(ago(-hours(1))))).json();
    expect(why).toMatchObject({
      source: "ads",
      open: [{ severity: "critical", reminders: 0, acknowledged_until: null }],
      decisions: [{ reason: "repeat_interval" }, { reason: "first" }],
    });
    expect((await get("/why?source=adz")).status).toBe(400);
    const unset = await (await get("/ack?incident=a&signature=b")).json();
    expect(unset).toMatchObject({ detail: expect.stringContaining("add to notifications: acknowledge:") });
  });

  test("a check that could not be made: everything else is told and recorded, and the run answers 5xx", async () => {
    bigquery.engine.denyAccess("shop.crm");
    const at = ago(-hours(2));
    const response = await post(at);
    expect(response.status).toBe(500);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await response.json()).toMatchObject({
      title: "Some checks could not be made",
      errors: [expect.stringContaining("contacts: BigQuery does not let the function read shop.crm")],
    });
    expect(await published()).toMatchObject([{ title: "crm cannot be checked (1 source)" }]);
    bigquery.engine.allowAccess("shop.crm");

    const retried = await post(at);
    expect(retried.status).toBe(200);
    expect(await retried.json()).toMatchObject({
      repeated: false,
      summary: { ok: 2, critical: 1, unknown: 0 },
    });
  });

  test("when the data is back, says so once", async () => {
    await published();
    const back = ago(-hours(3));
    await bigquery.engine.appendSelect(
      "shop.ads.ads",
      `SELECT TIMESTAMPTZ '${back.toISOString()}' AS arrived, DATE '2026-02-08' AS day, 1000 AS spend`,
      back,
    );
    const recovered = await (await post(back)).json();
    expect(recovered).toMatchObject({
      notices: expect.arrayContaining([
        expect.objectContaining({ key: "connector:facebook", reason: "recovered" }),
      ]),
    });
    const messages = await published();
    const [recovery, ...others] = messages.filter(({ title }) => title.includes("Facebook"));
    expect(others).toEqual([]);
    expect(recovery?.owners).toEqual(["growth"]);
    expect(recovery?.facts).toEqual(
      expect.arrayContaining([
        { label: "Was not visible", value: "about €3.1K of spend (€3.1K to €3.1K)" },
        { label: "Arrived since", value: "€1K of spend: none of 2 whole days, and part of 8 Feb 2026" },
        { label: "Still missing", value: "the rest of 5 Feb 2026, 6 Feb 2026, 7 Feb 2026" },
      ]),
    );
    await post(ago(-hours(4)));
    expect(await published()).toEqual([]);
  });
});
