import type { BigQuery, Dataset } from "@google-cloud/bigquery";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

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

test("an error below a view stands where the view's own text says it", async () => {
  const query = `SELECT r.id,\n  r.spend FROM \`hulken.${dataset.id}.raw\` AS r`;
  await dataset.createTable("named", { view: { query, useLegacySql: false } });
  await bigquery.query(`ALTER TABLE ${dataset.id}.raw DROP COLUMN spend`);
  await expect(bigquery.query(`SELECT id FROM ${dataset.id}.named`)).rejects.toMatchObject({
    code: 400,
    errors: [{ reason: "invalidQuery" }],
    message: "Name spend not found inside r at [2:5]",
  });
});

test("a column of another type below a view is read as it is now; the view keeps the schema it had", async () => {
  const table = dataset.table("clean");
  const above = `SELECT spend AS cost FROM \`hulken.${dataset.id}.clean\``;
  await dataset.createTable("above", { view: { query: above, useLegacySql: false } });
  const [before] = await table.getMetadata();
  const raw = `${dataset.id}.raw`;
  await bigquery.query(`ALTER TABLE ${raw} DROP COLUMN spend`);
  await bigquery.query(`ALTER TABLE ${raw} ADD COLUMN spend STRING`);
  await bigquery.query(`UPDATE ${raw} SET spend = 'x' WHERE TRUE`);
  for (const [query, rows] of [
    [`SELECT * FROM ${dataset.id}.clean`, [{ id: 1, spend: "x" }]],
    [`SELECT CONCAT(cost, 'y') AS cost FROM ${dataset.id}.above`, [{ cost: "xy" }]],
  ] as const) {
    expect((await bigquery.query(query))[0]).toEqual(rows);
  }
  await expect(bigquery.query(`SELECT spend + 1 AS n FROM ${dataset.id}.clean`)).rejects.toMatchObject({
    code: 400,
    message: expect.stringContaining(
      "No matching signature for operator + for argument types: STRING, INT64",
    ),
  });
  const [job] = await bigquery.createQueryJob({
    query: `SELECT spend FROM ${dataset.id}.clean`,
    dryRun: true,
  });
  expect(job.metadata.statistics.query.schema.fields).toMatchObject([{ name: "spend", type: "STRING" }]);
  expect((await table.getMetadata())[0]).toEqual(before);
});

test("a column that is new below a view of * is read; the view keeps the schema it had", async () => {
  const query = `SELECT * FROM \`hulken.${dataset.id}.raw\``;
  const [star] = await dataset.createTable("star", { view: { query, useLegacySql: false } });
  await bigquery.query(`ALTER TABLE ${dataset.id}.raw ADD COLUMN more STRING`);
  expect((await bigquery.query(`SELECT * FROM ${dataset.id}.star`))[0]).toEqual([
    { id: 1, spend: 2, more: null },
  ]);
  const [{ schema }] = await star.getMetadata();
  expect(schema.fields.map(({ name }: { name: string }) => name)).toEqual(["id", "spend"]);
});

test("a view that cannot be read may still be described, replaced and dropped", async () => {
  await bigquery.query(`DROP TABLE ${dataset.id}.raw`);
  await bigquery.query(`ALTER VIEW ${dataset.id}.clean SET OPTIONS (description = 'broken')`);
  expect((await dataset.table("clean").getMetadata())[0].description).toBe("broken");
  await bigquery.query(`CREATE OR REPLACE VIEW ${dataset.id}.clean AS SELECT 1 AS id`);
  expect((await bigquery.query(`SELECT * FROM ${dataset.id}.clean`))[0]).toEqual([{ id: 1 }]);
  const [gone] = await dataset.createTable("gone", { schema: [{ name: "id", type: "INTEGER" }] });
  const query = `SELECT id FROM \`hulken.${dataset.id}.gone\``;
  const [view] = await dataset.createTable("over", { view: { query, useLegacySql: false } });
  await gone.delete();
  await bigquery.query(`DROP VIEW ${dataset.id}.over`);
  expect(await view.exists()).toEqual([false]);
});

test("views that read one another are refused, not followed for ever", async () => {
  await bigquery.query(`CREATE VIEW ${dataset.id}.above AS SELECT id FROM \`hulken.${dataset.id}.clean\``);
  const query = `SELECT id FROM \`hulken.${dataset.id}.above\``;
  await dataset.table("clean").setMetadata({ view: { query, useLegacySql: false } });
  await expect(read(false)).rejects.toThrow("contains itself");
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
