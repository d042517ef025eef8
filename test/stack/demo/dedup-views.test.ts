import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWorldClock, worldStart } from "../../../infra/local/clock.ts";
import { sourceFunctions } from "../../../infra/local/functions/program.ts";
import { openDemoWorld } from "../../../infra/local/stack/demo-world.ts";
import { type LocalStack, startStack } from "../../../infra/local/stack/stack.ts";
import { createWarehouseClient, type WarehouseClient } from "../../../infra/local/stack/warehouse-client.ts";
import { mayPass } from "../../support/a-small-stack.ts";
import { hours } from "../../support/a-source.ts";

/** The clean views of the demo world, made by the function as it is deployed. */
const views = [
  { view: "facebook_insights", table: "facebook_ads_insights", cut: "" },
  {
    view: "facebook_insights_age_gender",
    table: "facebook_ads_insights_age_and_gender",
    cut: ", age, gender",
  },
  { view: "facebook_insights_country", table: "facebook_ads_insights_country", cut: ", country" },
  { view: "facebook_insights_region", table: "facebook_ads_insights_region", cut: ", region" },
];
const auditKey = "ad_id, date_start, account_id";

/** Three million rows, on cores that others use. */
const patienceMs = 300_000;

let folder: string;
let file: string;
let demoFile: string;
let world: Awaited<ReturnType<typeof openDemoWorld>>;
let stack: LocalStack;
let client: WarehouseClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-views-"));
  file = join(folder, "warehouse.yaml");
  const yaml = new URL("../../../infra/local/world/warehouse.yaml", import.meta.url);
  demoFile = await readFile(yaml, "utf8");
  const clock = createWorldClock();
  world = await openDemoWorld({ clock: clock.now });
  const byAuditKey = views.reduce(
    (text, { cut }) => text.replace(`[${auditKey}${cut}]`, `[${auditKey}]`),
    demoFile,
  );
  expect(byAuditKey).not.toBe(demoFile);
  await writeFile(file, byAuditKey);
  const { folder: functionsFolder, programOf } = sourceFunctions;
  stack = await startStack({ world, clock, warehouseFile: file, functionsFolder, programOf, port: 0 });
  client = createWarehouseClient({
    url: stack.bigQueryUrl,
    project: world.project,
    location: world.location,
  });
}, patienceMs);
afterAll(async () => {
  await stack?.close();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

/** As Cloud Scheduler would: again while it says that it may be tried again. */
async function post(hour: number) {
  const at = new Date(worldStart.getTime() + hours(hour)).toISOString();
  for (let tries = 1; ; tries += 1) {
    const headers = { "x-cloudscheduler-scheduletime": at };
    const response = await fetch(`${stack.url}/dedup-views`, { method: "POST", headers });
    const body = await response.text();
    if (response.status === 200)
      return JSON.parse(body) as { readonly views: Readonly<Record<string, string>> };
    if (!mayPass(response.status) || tries > 3) throw new Error(body);
  }
}

const ops = () => `${world.project}.plumbline_ops`;

describe("with the audit's own key over the breakdown tables", () => {
  test(
    "those are refused before anything is written, with what would mend the keys, in one message; the fourth is made",
    async () => {
      expect((await post(0)).views).toEqual({
        facebook_insights: "created",
        facebook_insights_age_gender: "nothing",
        facebook_insights_country: "nothing",
        facebook_insights_region: "nothing",
      });
      const found = await client.query(
        `SELECT subject, code, JSON_QUERY(detail, '$.advice.add') AS proposal FROM \`${ops()}.check_results\`
       WHERE check_name = 'duplicate_key' ORDER BY subject`,
      );
      expect(found).toEqual([
        { subject: "facebook_insights", code: null, proposal: null },
        { subject: "facebook_insights_age_gender", code: "key_too_coarse", proposal: '["age","gender"]' },
        { subject: "facebook_insights_country", code: "key_too_coarse", proposal: '["country"]' },
        { subject: "facebook_insights_region", code: "key_too_coarse", proposal: '["region"]' },
      ]);
      const told = await client.query(
        `SELECT title FROM \`${ops()}.alert_log\` WHERE spoken AND function = 'dedup-views' AND reason != 'news'`,
      );
      expect(told).toEqual([
        { title: expect.stringContaining("3 clean views: each has a key that throws real rows away") },
      ]);
    },
    patienceMs,
  );
});

describe("with keys that name what the tables are cut by", () => {
  beforeAll(async () => {
    await writeFile(file, demoFile);
  });

  test(
    "all are made, and the next tick writes nothing",
    async () => {
      expect((await post(1)).views).toEqual({
        facebook_insights: "nothing",
        facebook_insights_age_gender: "created",
        facebook_insights_country: "created",
        facebook_insights_region: "created",
      });
      expect(new Set(Object.values((await post(2)).views))).toEqual(new Set(["nothing"]));
    },
    patienceMs,
  );

  test(
    "facebook_insights has 126,089 rows of 159,342, a fifth of them repeats",
    async () => {
      const headers = { "x-cloudscheduler-scheduletime": worldStart.toISOString() };
      const response = await fetch(`${stack.url}/dedup-views?view=facebook_insights`, { headers });
      const { views: looked } = (await response.json()) as {
        readonly views: readonly { readonly figures: { readonly rate: number } }[];
      };
      expect(looked).toMatchObject([
        { figures: { raw_rows: 159_342, clean_rows: 126_089, duplicates: 33_253 } },
      ]);
      expect(looked[0]?.figures.rate.toFixed(3)).toBe("0.209");
    },
    patienceMs,
  );

  test.each(views)(
    "$view has the rows of an independent computation, each to the letter",
    async ({ view, table, cut }) => {
      const copy = `copy_of_${view}`;
      await client.query(
        `CREATE TABLE \`${ops()}.${copy}\` AS SELECT * FROM \`${world.project}.ads_data.${view}\``,
      );
      const raw = `"${world.project}.ads_data"."${table}"`;
      // The highest arrival and id of each fact, and the rows that have them: nothing is numbered.
      const wanted = `(SELECT raw.* FROM ${raw} AS raw SEMI JOIN (
        SELECT max({'at': _airbyte_extracted_at, 'id': _airbyte_raw_id}) AS last FROM ${raw} GROUP BY ${auditKey}${cut}
      ) AS latest ON raw._airbyte_raw_id = latest.last.id)`;
      const got = `(SELECT * FROM "${world.project}.plumbline_ops"."${copy}")`;
      const [counts] = await world.engine.duckdb(`SELECT
        (SELECT count(*) FROM ${got}), (SELECT count(*) FROM ${wanted}),
        (SELECT count(*) FROM (${got} EXCEPT ALL ${wanted}))`);
      const [gotRows, wantedRows, more] = (counts ?? []).map(Number);
      // As many rows, and none that is not wanted: the same rows.
      expect({ more, rows: gotRows }).toEqual({ more: 0, rows: wantedRows });
      expect(gotRows).toBeGreaterThan(100_000);
    },
    patienceMs,
  );

  test(
    "the breakdowns spend on each day what facebook_insights does",
    async () => {
      const byDay = (view: string) =>
        client.query(
          `SELECT CAST(date_start AS STRING) AS day, SUM(spend) AS spend FROM \`${world.project}.ads_data.${view}\` GROUP BY day ORDER BY day`,
        );
      const whole = await byDay("facebook_insights");
      expect(whole.length).toBeGreaterThan(30);
      for (const { view } of views.slice(1)) expect(await byDay(view), view).toEqual(whole);
    },
    patienceMs,
  );
});
