import type { BigQuery, Dataset } from "@google-cloud/bigquery";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;
let dataset: Dataset;

beforeAll(async () => {
  local = await startLocalBigQuery();
  bigquery = local.client();
});
afterAll(() => local.close());

let count = 0;
beforeEach(async () => {
  [dataset] = await bigquery.createDataset(`d${++count}`);
  await bigquery.query(`CREATE TABLE ${dataset.id}.raw AS SELECT 1 AS id, 2 AS spend`);
  const query = `SELECT id, spend FROM \`hulken.${dataset.id}.raw\``;
  await dataset.createTable("clean", { view: { query, useLegacySql: false } });
});

const read = (dryRun: boolean) =>
  bigquery.createQueryJob({ query: `SELECT * FROM ${dataset.id}.clean`, dryRun }).then(async ([job]) => {
    if (!dryRun) await job.getQueryResults();
  });

for (const [what, change] of [
  ["dropped", "DROP COLUMN spend"],
  ["renamed", "RENAME COLUMN spend TO cost"],
] as const) {
  test(`a column ${what} below a view fails its queries; the view keeps the schema it had`, async () => {
    const [before] = await dataset.table("clean").getMetadata();
    await bigquery.query(`ALTER TABLE ${dataset.id}.raw ${change}`);
    for (const dryRun of [false, true]) {
      await expect(read(dryRun)).rejects.toMatchObject({ code: 400, message: /spend/ });
    }
    expect((await dataset.table("clean").getMetadata())[0]).toEqual(before);
  });
}

test("a raw table that is gone is named by the query over its view", async () => {
  await bigquery.query(`DROP TABLE ${dataset.id}.raw`);
  for (const dryRun of [false, true]) {
    await expect(read(dryRun)).rejects.toMatchObject({
      code: 404,
      message: expect.stringContaining(`Not found: Table hulken:${dataset.id}.raw`),
    });
  }
});

test("a table is not renamed, and says so", async () => {
  await expect(bigquery.query(`ALTER TABLE ${dataset.id}.raw RENAME TO other`)).rejects.toThrow(
    "not supported by the local BigQuery",
  );
});

test("a view is listed as one, without rows or bytes", async () => {
  const query = `SELECT table_id, type, row_count, size_bytes FROM ${dataset.id}.__TABLES__ ORDER BY table_id`;
  const [rows] = await bigquery.query(query);
  expect(rows[0]).toEqual({ table_id: "clean", type: 2, row_count: 0, size_bytes: 0 });
  const [tables] = await dataset.getTables();
  expect(tables.map(({ id, metadata }) => [id, metadata.type])).toEqual([
    ["clean", "VIEW"],
    ["raw", "TABLE"],
  ]);
});
