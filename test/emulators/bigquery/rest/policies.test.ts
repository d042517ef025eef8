import type { BigQuery, Dataset } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;
let dataset: Dataset;

beforeAll(async () => {
  local = await startLocalBigQuery();
  bigquery = local.client();
  [dataset] = await bigquery.createDataset("marts");
  await bigquery.query("CREATE VIEW marts.clean AS SELECT 1 AS a");
});
afterAll(() => local.close());

const bindings = [{ role: "roles/bigquery.dataViewer", members: ["group:analysts@hulken.example"] }];

test("a policy survives a patch and CREATE OR REPLACE VIEW, and goes with the view", async () => {
  const table = dataset.table("clean");
  const [{ etag }] = await table.getMetadata();
  expect((await table.getIamPolicy())[0]).not.toHaveProperty("bindings");
  await table.setIamPolicy({ bindings });
  expect((await table.getMetadata())[0].etag).toBe(etag);
  await table.setMetadata({ view: { query: "SELECT 2 AS a", useLegacySql: false } });
  expect((await table.getIamPolicy())[0]).toMatchObject({ bindings });
  await bigquery.query("CREATE OR REPLACE VIEW marts.clean AS SELECT 3 AS a");
  expect((await table.getIamPolicy())[0]).toMatchObject({ bindings });
  await bigquery.query("DROP VIEW marts.clean");
  await expect(table.getIamPolicy()).rejects.toMatchObject({ code: 404 });
  await bigquery.query("CREATE VIEW marts.clean AS SELECT 1 AS a");
  expect((await table.getIamPolicy())[0]).not.toHaveProperty("bindings");
});

test("a policy of an old etag is refused; permissions that are asked for are there", async () => {
  await bigquery.query("CREATE VIEW marts.guarded AS SELECT 1 AS a");
  const table = dataset.table("guarded");
  const [{ etag }] = await table.getIamPolicy();
  await table.setIamPolicy({ etag, bindings });
  await expect(table.setIamPolicy({ etag, bindings: [] })).rejects.toMatchObject({ code: 409 });
  expect((await table.getIamPolicy())[0]).toMatchObject({ bindings });
  expect((await table.testIamPermissions("bigquery.tables.getData"))[0]).toEqual({
    permissions: ["bigquery.tables.getData"],
  });
});
