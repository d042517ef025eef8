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
  await bigquery.query("CREATE TABLE marts.raw (id INT64, spend NUMERIC)");
});
afterAll(() => local.close());

const SQL = "SELECT id FROM `hulken.marts.raw`";
const view = (query: string) => ({ view: { query, useLegacySql: false } });
const newView = async (id: string) => (await dataset.createTable(id, view(SQL)))[0];
const failed = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter((result) => result.status === "rejected").map(({ reason }) => reason);

test("of two patches with the same etag exactly one changes the view; the other is told 412", async () => {
  const table = await newView("raced");
  const [{ etag, creationTime }] = await table.getMetadata();
  const wanted = ["SELECT id, spend FROM `hulken.marts.raw`", "SELECT spend FROM `hulken.marts.raw`"];
  const results = await Promise.allSettled(
    wanted.map((query) => table.setMetadata({ etag, ...view(query) })),
  );
  const errors = failed(results);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({
    code: 412,
    message: "Precondition check failed.",
    errors: [{ reason: "conditionNotMet" }],
  });
  const [after] = await table.getMetadata();
  expect(after.view.query).toBe(wanted[results.findIndex(({ status }) => status === "fulfilled")]);
  expect(after.creationTime).toBe(creationTime);
});

test("an etag is of one state: back to the same text within a millisecond is another", async () => {
  const table = await newView("back");
  const [{ etag }] = await table.getMetadata();
  await table.setMetadata({ etag, description: "a" });
  await table.setMetadata({ description: null as never });
  await expect(table.setMetadata({ etag, description: "b" })).rejects.toMatchObject({ code: 412 });
  expect((await table.getMetadata())[0].description).toBeUndefined();
});

test("reading, and rows that arrive below it, change nothing of a view", async () => {
  const table = await newView("still");
  const [before] = await table.getMetadata();
  await bigquery.query("INSERT INTO marts.raw (id, spend) VALUES (1, 2)");
  await bigquery.query("SELECT id FROM marts.still");
  const [after] = await table.getMetadata();
  expect(after).toEqual(before);
});

test("counting the rows of a table does not change its etag", async () => {
  const raw = dataset.table("raw");
  await raw.insert([{ id: 7, spend: "1" }]);
  const [first] = await raw.getMetadata();
  expect((await raw.getMetadata())[0].etag).toBe(first.etag);
});

test("a patch whose query is wrong leaves the view as it was", async () => {
  const table = await newView("whole");
  const [before] = await table.getMetadata();
  const patch = { etag: before.etag, description: "new", ...view("SELECT nope FROM `hulken.marts.raw`") };
  await expect(table.setMetadata(patch)).rejects.toMatchObject({ code: 400 });
  expect((await table.getMetadata())[0]).toEqual(before);
});

test("of two inserts of one view exactly one makes it; a wrong one leaves no half entry", async () => {
  const results = await Promise.allSettled([newView("twice"), newView("twice")]);
  expect(failed(results)).toMatchObject([{ code: 409, message: "Already Exists: Table hulken:marts.twice" }]);
  for (const [query, code] of [
    ["SELECT nope FROM `hulken.marts.raw`", 400],
    ["SELECT 1 AS x FROM `hulken.marts.gone`", 404],
  ] as const) {
    await expect(dataset.createTable("half", view(query))).rejects.toMatchObject({ code });
    expect(await dataset.table("half").exists()).toEqual([false]);
  }
});

test("of two inserts of one table exactly one makes it, and it is whole", async () => {
  const schemas = [[{ name: "a", type: "INTEGER" }], [{ name: "b", type: "STRING" }]];
  const results = await Promise.allSettled(schemas.map((schema) => dataset.createTable("made", { schema })));
  expect(failed(results)).toMatchObject([
    {
      code: 409,
      message: "Already Exists: Table hulken:marts.made",
      errors: [{ reason: "duplicate" }],
    },
  ]);
  const column = results[0]?.status === "fulfilled" ? "a" : "b";
  const [{ schema }] = await dataset.table("made").getMetadata();
  expect(schema.fields).toMatchObject([{ name: column }]);
  expect((await bigquery.query(`SELECT ${column} FROM marts.made`))[0]).toEqual([]);
});

test("DELETE and a dataset's PATCH hold to If-Match too", async () => {
  await newView("kept");
  const address = `${local.url}/projects/hulken/datasets/marts`;
  const headers = { "if-match": "old", "content-type": "application/json" };
  const deleted = await fetch(`${address}/tables/kept`, { method: "DELETE", headers });
  const patched = await fetch(address, { method: "PATCH", headers, body: '{"description":"x"}' });
  expect([deleted.status, patched.status]).toEqual([412, 412]);
  expect(await dataset.table("kept").exists()).toEqual([true]);
  expect((await dataset.getMetadata())[0].description).toBeUndefined();
});
