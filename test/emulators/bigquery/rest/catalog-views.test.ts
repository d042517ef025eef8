import type { BigQuery } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;
const made = new Date("2026-02-01T00:00:00Z");
const loaded = new Date("2026-02-08T11:00:00Z");
const touched = new Date("2026-02-08T11:55:00Z");

beforeAll(async () => {
  local = await startLocalBigQuery();
  bigquery = local.client();
  const { engine } = local;
  await engine.createDataset("hulken.ads", { location: "US", at: made });
  await engine.createDataset("hulken.other", { location: "EU", at: made });
  await engine.createTable(
    "hulken.ads.facts",
    {
      fields: [
        { name: "day", type: "DATE", mode: "REQUIRED" },
        { name: "name", type: "STRING" },
        { name: "spend", type: "NUMERIC" },
      ],
      partitionBy: { field: "day", type: "DAY" },
      clusterBy: ["name"],
      description: "Facts",
      labels: { team: "ads" },
    },
    made,
  );
  const select =
    "SELECT DATE '2026-02-01' + (i // 3)::INTEGER AS day, 'abc' AS name, 1.5 AS spend FROM range(6) t(i)";
  await engine.appendSelect("hulken.ads.facts", select, loaded);
  await engine.createView("hulken.ads.names", "SELECT name FROM `hulken.ads.facts`", made);
});
afterAll(() => local.close());

const rowsOf = async (query: string, options: object = {}) =>
  (await bigquery.query({ query, ...options }))[0];
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

test("__TABLES__ tells rows, bytes and when each table was modified", async () => {
  const rows = await rowsOf("SELECT * FROM `hulken.ads.__TABLES__` ORDER BY table_id");
  expect(rows).toEqual([
    {
      project_id: "hulken",
      dataset_id: "ads",
      table_id: "facts",
      creation_time: made.getTime(),
      last_modified_time: loaded.getTime(),
      row_count: 6,
      // DATE 8 + STRING 2 + 3 + NUMERIC 16, six times
      size_bytes: 6 * (8 + 5 + 16),
      type: 1,
    },
    {
      project_id: "hulken",
      dataset_id: "ads",
      table_id: "names",
      creation_time: made.getTime(),
      // Of the view alone: rows arrived below it later.
      last_modified_time: made.getTime(),
      row_count: 0,
      size_bytes: 0,
      type: 2,
    },
  ]);
});

test("a view is modified by whoever changes the view", async () => {
  await local.engine.createView("hulken.ads.changing", "SELECT name FROM `hulken.ads.facts`", made);
  await bigquery.dataset("ads").table("changing").setMetadata({ description: "Names" });
  const [row] = await rowsOf("SELECT * FROM ads.__TABLES__ WHERE table_id = 'changing'");
  expect(row).toMatchObject({
    creation_time: made.getTime(),
    last_modified_time: local.engine.clock().getTime(),
  });
  await bigquery.query("DROP VIEW ads.changing");
});

test("a touch moves the modification time and nothing else", async () => {
  local.engine.touch("hulken.ads.facts", touched);
  const [row] = await rowsOf("SELECT * FROM ads.__TABLES__ WHERE table_id = 'facts'");
  expect(row).toMatchObject({ last_modified_time: touched.getTime(), row_count: 6, size_bytes: 174 });
});

test("rows appended later are counted", async () => {
  const select = "SELECT DATE '2026-02-03' AS day, 'x' AS name";
  await local.engine.createTable("hulken.ads.growing", { fields: [{ name: "name", type: "STRING" }] }, made);
  for (const expected of [1, 2]) {
    await local.engine.appendSelect("hulken.ads.growing", "SELECT 'x' AS name", loaded);
    const [row] = await rowsOf("SELECT row_count, size_bytes FROM ads.__TABLES__ WHERE table_id = 'growing'");
    expect(row, select).toEqual({ row_count: expected, size_bytes: expected * 3 });
  }
  await bigquery.query("DELETE FROM ads.growing WHERE true");
  const [row] = await rowsOf("SELECT row_count, size_bytes FROM ads.__TABLES__ WHERE table_id = 'growing'");
  expect(row).toEqual({ row_count: 0, size_bytes: 0 });
});

test("TABLES and VIEWS list a dataset", async () => {
  const tables = await rowsOf(
    "SELECT table_name, table_type FROM ads.INFORMATION_SCHEMA.TABLES WHERE table_name != 'growing' ORDER BY table_name",
  );
  expect(tables).toEqual([
    { table_name: "facts", table_type: "BASE TABLE" },
    { table_name: "names", table_type: "VIEW" },
  ]);
  const views = await rowsOf("SELECT table_name, view_definition FROM `hulken.ads`.INFORMATION_SCHEMA.VIEWS");
  expect(views).toEqual([{ table_name: "names", view_definition: "SELECT name FROM `hulken.ads.facts`" }]);
});

test("COLUMNS tells types, nullability, partitioning and clustering", async () => {
  const rows = await rowsOf(
    `SELECT column_name, ordinal_position, is_nullable, data_type, is_partitioning_column, clustering_ordinal_position
     FROM ads.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'facts' ORDER BY ordinal_position`,
  );
  expect(rows.map((row) => Object.values(row))).toEqual([
    ["day", 1, "NO", "DATE", "YES", null],
    ["name", 2, "YES", "STRING", "NO", 1],
    ["spend", 3, "YES", "NUMERIC", "NO", null],
  ]);
});

test("PARTITIONS tells rows and bytes of each", async () => {
  const rows = await rowsOf(
    `SELECT partition_id, total_rows, total_logical_bytes FROM ads.INFORMATION_SCHEMA.PARTITIONS
     WHERE table_name = 'facts' ORDER BY partition_id`,
  );
  expect(rows).toEqual([
    { partition_id: "20260201", total_rows: 3, total_logical_bytes: 87 },
    { partition_id: "20260202", total_rows: 3, total_logical_bytes: 87 },
  ]);
});

test("TABLE_OPTIONS tells description and labels as GoogleSQL", async () => {
  const rows = await rowsOf(
    "SELECT option_name, option_value FROM ads.INFORMATION_SCHEMA.TABLE_OPTIONS WHERE table_name = 'facts'",
  );
  expect(rows).toEqual([
    { option_name: "description", option_value: '"Facts"' },
    { option_name: "labels", option_value: '[STRUCT("team", "ads")]' },
  ]);
});

test("a region shows its own datasets only", async () => {
  const inUs = "SELECT schema_name, location FROM `region-us`.INFORMATION_SCHEMA.SCHEMATA";
  expect(await rowsOf(inUs)).toEqual([{ schema_name: "ads", location: "US" }]);
  const inEu = "SELECT schema_name FROM `region-eu`.INFORMATION_SCHEMA.SCHEMATA";
  expect(await rowsOf(inEu)).toEqual([{ schema_name: "other" }]);
  await expect(rowsOf(inEu, { location: "US" })).rejects.toMatchObject({ code: 404 });
});

test("TABLE_STORAGE and JOBS are asked of a region", async () => {
  const storage = await rowsOf(
    "SELECT total_rows, total_logical_bytes, total_partitions FROM `region-us`.INFORMATION_SCHEMA.TABLE_STORAGE WHERE table_name = 'facts'",
  );
  expect(storage).toEqual([{ total_rows: 6, total_logical_bytes: 174, total_partitions: 2 }]);
  const [job] = await bigquery.createQueryJob({ query: "SELECT 7 AS seven", labels: { who: "me" } });
  await job.getQueryResults();
  const jobs = await rowsOf(
    "SELECT job_id, statement_type, labels FROM `region-us`.INFORMATION_SCHEMA.JOBS WHERE query = 'SELECT 7 AS seven'",
  );
  expect(plain(jobs)).toEqual([
    { job_id: job.id, statement_type: "SELECT", labels: [{ key: "who", value: "me" }] },
  ]);
  await expect(rowsOf("SELECT * FROM ads.INFORMATION_SCHEMA.JOBS")).rejects.toMatchObject({ code: 404 });
});

test("ten thousand tables in a dataset answer one metadata query", async () => {
  const { engine } = local;
  await engine.createDataset("hulken.many", { location: "US", at: made });
  for (let i = 0; i < 10_000; i++) {
    await engine.createTable(`hulken.many.t${i}`, { fields: [{ name: "a", type: "STRING" }] }, made);
  }
  const [row] = await rowsOf("SELECT COUNT(*) AS n, SUM(row_count) AS total FROM many.__TABLES__");
  expect(row).toEqual({ n: 10_000, total: 0 });
  expect(await rowsOf("SELECT COUNT(*) AS n FROM many.t77")).toEqual([{ n: 0 }]);
}, 120_000);
