import type { BigQuery, Dataset } from "@google-cloud/bigquery";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let now = new Date("2026-02-08T12:00:00Z");
let local: LocalBigQuery;
let bigquery: BigQuery;
let dataset: Dataset;

beforeAll(async () => {
  local = await startLocalBigQuery({ clock: () => now });
  bigquery = local.client();
});
afterAll(() => local.close());

let count = 0;
beforeEach(async () => {
  [dataset] = await bigquery.createDataset(`d${++count}`);
  await run(
    "CREATE TABLE raw (id INT64, day DATE) PARTITION BY day CLUSTER BY id OPTIONS (description = 'Facts', labels = [('team', 'ads')])",
  );
  await run("INSERT INTO raw (id, day) VALUES (1, '2026-02-01'), (2, '2026-02-02')");
});

const run = async (query: string) =>
  (await bigquery.query({ query, defaultDataset: { datasetId: dataset.id ?? "" } }))[0];

test("a table renamed keeps its rows, properties and rights; its modification time moves", async () => {
  const bindings = [{ role: "roles/bigquery.dataViewer", members: ["group:analysts@hulken.example"] }];
  await dataset.table("raw").setIamPolicy({ bindings });
  const [before] = await dataset.table("raw").getMetadata();
  now = new Date("2026-02-08T13:00:00Z");
  await run("ALTER TABLE raw RENAME TO raw_v2");
  const renamed = dataset.table("raw_v2");
  const [after] = await renamed.getMetadata();
  const { etag, id, selfLink, tableReference, lastModifiedTime, ...kept } = before;
  expect(after).toMatchObject(kept);
  expect(after).toMatchObject({ numRows: "2", description: "Facts", labels: { team: "ads" } });
  expect(after.tableReference.tableId).toBe("raw_v2");
  expect(after.lastModifiedTime).toBe(String(now.getTime()));
  expect(after.etag).not.toBe(etag);
  expect((await renamed.getIamPolicy())[0]).toMatchObject({ bindings });
  expect(await run("SELECT id FROM raw_v2 ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
  await run("INSERT INTO raw_v2 (id, day) VALUES (3, '2026-02-03')");
  expect((await renamed.getMetadata())[0].numRows).toBe("3");
});

test("the old name is free, and a view over it breaks until a table has it again", async () => {
  await run(`CREATE VIEW clean AS SELECT id FROM \`hulken.${dataset.id}.raw\``);
  await run("ALTER TABLE raw RENAME TO raw_v2");
  expect(await dataset.table("raw").exists()).toEqual([false]);
  await expect(run("SELECT id FROM clean")).rejects.toMatchObject({
    code: 404,
    message: expect.stringContaining(`Not found: Table hulken:${dataset.id}.raw `),
  });
  await run("CREATE TABLE raw AS SELECT 7 AS id");
  expect(await run("SELECT id FROM clean")).toEqual([{ id: 7 }]);
});

test("a name that is taken is 409, whoever has it, and nothing changes", async () => {
  await run("CREATE VIEW clean AS SELECT 1 AS id");
  await run("CREATE TABLE other AS SELECT 1 AS id");
  for (const name of ["clean", "other", "raw"]) {
    await expect(run(`ALTER TABLE raw RENAME TO ${name}`)).rejects.toMatchObject({
      code: 409,
      message: `Already Exists: Table hulken:${dataset.id}.${name}`,
    });
  }
  expect(await run("SELECT COUNT(*) AS n FROM raw")).toEqual([{ n: 2 }]);
});

test("of two renamings to one name at once exactly one wins, and two that swap names do not wait for each other", async () => {
  await run("CREATE TABLE other AS SELECT 1 AS id");
  const both = await Promise.allSettled([
    run("ALTER TABLE raw RENAME TO final"),
    run("ALTER TABLE other RENAME TO final"),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const left = both[0].status === "fulfilled" ? "other" : "raw";
  const swap = await Promise.allSettled([
    run(`ALTER TABLE ${left} RENAME TO final`),
    run(`ALTER TABLE final RENAME TO ${left}`),
  ]);
  expect(swap.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

test.each([
  ["a view", "ALTER TABLE clean RENAME TO other", 400, /is not a table/],
  [
    "into another dataset",
    "ALTER TABLE raw RENAME TO elsewhere.raw",
    400,
    /Invalid new table name: elsewhere.raw/,
  ],
  ["with another change", "ALTER TABLE raw RENAME TO other, ADD COLUMN x INT64", 400, /stands alone/],
  ["what is not there", "ALTER TABLE gone RENAME TO other", 404, /Not found: Table/],
])("not renamed: %s", async (_, statement, code, message) => {
  await run("CREATE VIEW clean AS SELECT 1 AS id");
  await expect(run(statement)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect(await dataset.table("raw").exists()).toEqual([true]);
});
