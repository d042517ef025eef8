import { afterAll, beforeAll, expect, test } from "vitest";
import { readRawReads } from "../../../functions/dedup-views/raw-reads.ts";
import { Fragment } from "../../../functions/shared/stores/bigquery/fragment.ts";
import { aView } from "../../unit/dedup-views/a-view.ts";
import { type OpsWarehouse, startOpsWarehouse } from "../ops-warehouse.ts";

const analyst = "analyst@hulken.example";
const view = { ...aView(), view: { project: "hulken", dataset: "ads", table: "clean" } };
const table = { project: "hulken", dataset: "ads", table: "insights" };
const file = { project: "hulken", location: "US" };
const now = new Date("2026-02-08T12:00:00Z");

let ops: OpsWarehouse;
beforeAll(async () => {
  ops = await startOpsWarehouse();
  await ops.run("CREATE SCHEMA ads");
  await ops.run("CREATE TABLE ads.insights AS SELECT 1 AS ad_id, 2 AS spend");
  await ops.run("CREATE TABLE ads.insights_region AS SELECT 1 AS ad_id, 2 AS spend");
  await ops.run("CREATE VIEW ads.clean AS SELECT ad_id, spend FROM `hulken.ads.insights`");
});
afterAll(() => ops.close());

test("of real jobs, those that read the raw table and not its view", async () => {
  const person = ops.bigquery.client(analyst);
  const read = () => readRawReads([{ ...view, source: { ...view.source, table } }], file, ops.warehouse, now);

  await person.query("SELECT SUM(spend) AS spend FROM ads.clean");
  await person.query("SELECT SUM(spend) AS spend FROM ads.insights_region");
  await person.query("INSERT INTO ads.insights (ad_id, spend) SELECT ad_id, spend FROM ads.insights");
  expect(await read()).toEqual([]);

  const [job] = await person.createQueryJob("SELECT SUM(spend) AS spend FROM ads.insights");
  await job.getQueryResults();
  const expected = [{ view: "clean", at: now, job: job.id, reader: analyst }];
  expect(await read()).toEqual(expected);
  const names = { n: "0", business_day: Fragment.noDay, table: "hulken.ads.insights" };
  await ops.warehouse.query("freshness/business-clock", { names, params: { now, zone_0: "UTC" } });
  expect(await read()).toEqual(expected);
});
