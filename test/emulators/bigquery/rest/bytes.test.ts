import type { BigQuery } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;
const at = new Date("2026-02-08T11:00:00Z");
const MIB = 1024 * 1024;

beforeAll(async () => {
  local = await startLocalBigQuery();
  bigquery = local.client();
  const { engine } = local;
  await engine.createDataset("hulken.ads", { location: "US", at });
  const day = { name: "day", type: "DATE" } as const;
  const text = { name: "text", type: "STRING" } as const;
  const n = { name: "n", type: "INTEGER" } as const;
  // 10 days of 10 rows; "abcd" is 6 bytes.
  const rows =
    "SELECT DATE '2026-02-01' + (i // 10)::INTEGER AS day, 'abcd' AS text, i AS n FROM range(100) t(i)";
  await engine.createTable("hulken.ads.plain", { fields: [day, text, n] }, at);
  await engine.createTable(
    "hulken.ads.parted",
    { fields: [day, text, n], partitionBy: { field: "day", type: "DAY" } },
    at,
  );
  for (const table of ["plain", "parted"]) await engine.appendSelect(`hulken.ads.${table}`, rows, at);
  for (const shard of ["20260206", "20260207", "20260208"]) {
    await engine.createTable(`hulken.ads.events_${shard}`, { fields: [text, n] }, at);
    const select = `SELECT 'abcd' AS text, i AS n FROM range(5) t(i)`;
    await engine.appendSelect(`hulken.ads.events_${shard}`, select, at);
  }
  const spend = { name: "spend", type: "NUMERIC" } as const;
  // A row of `raw`: DATE 8, INT64 8, STRING 6, NUMERIC 16.
  const layout = { partitionBy: { field: "day", type: "DAY" } } as const;
  await engine.createTable("hulken.ads.raw", { fields: [day, n, text, spend], ...layout }, at);
  await engine.appendSelect("hulken.ads.raw", `SELECT *, 1.5 AS spend FROM (${rows})`, at);
  for (const [name, filter, key, order] of [
    ["clean", "TRUE", "n", "day"],
    ["recent", "day >= '2026-02-09'", "n", "day"],
    ["daily", "TRUE", "n, day", "text"],
  ]) {
    const latest = `ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY ${order} DESC) = 1`;
    const sql = `SELECT day, n, text, spend FROM \`hulken.ads.raw\` WHERE ${filter} QUALIFY ${latest}`;
    await engine.createView(`hulken.ads.${name}`, sql, at);
  }
  await engine.createView("hulken.ads.view", "SELECT day, text, n FROM `hulken.ads.parted`", at);
});
afterAll(() => local.close());

const processed = async (query: string, params: object = {}) => {
  const [job] = await bigquery.createQueryJob({ query, params, dryRun: true });
  return Number(job.metadata.statistics.totalBytesProcessed);
};

test.each([
  ["only the columns a query needs", "SELECT SUM(n) FROM ads.plain", 800],
  ["a column in a filter", "SELECT SUM(n) FROM ads.plain WHERE text = 'x'", 1400],
  ["a column once however often it is read", "SELECT SUM(n), MAX(n) FROM ads.plain WHERE n > 1", 800],
  ["no column for COUNT(*)", "SELECT COUNT(*) FROM ads.plain", 0],
  ["all columns for *", "SELECT * FROM ads.plain", 2200],
  ["a table joined with itself once", "SELECT a.n FROM ads.plain a JOIN ads.plain b ON a.n = b.n", 800],
  ["the columns read of a CTE", "WITH c AS (SELECT * FROM ads.plain) SELECT n FROM c", 800],
  [
    "the columns read of a union",
    "SELECT n FROM (SELECT * FROM ads.plain UNION ALL SELECT * FROM ads.parted)",
    1600,
  ],
  [
    "the columns a subquery reads",
    "SELECT n FROM ads.plain WHERE day = (SELECT MAX(day) FROM ads.parted)",
    2400,
  ],
  [
    "the keys and order of a window that is read",
    "SELECT n, ROW_NUMBER() OVER (PARTITION BY day ORDER BY text) AS r FROM ads.plain",
    2200,
  ],
  [
    "no window that is not read",
    "SELECT n FROM (SELECT n, ROW_NUMBER() OVER (PARTITION BY day ORDER BY text) AS r FROM ads.plain)",
    800,
  ],
  ["one partition of ten", "SELECT n FROM ads.parted WHERE day = '2026-02-03'", 160],
  ["partitions of a range", "SELECT n FROM ads.parted WHERE day >= '2026-02-09'", 320],
  [
    "partitions through a view, and only its columns asked for",
    "SELECT n FROM ads.view WHERE day = '2026-02-03'",
    160,
  ],
  ["no partition pruned by a filter on another column", "SELECT n FROM ads.parted WHERE n = 3", 800],
  ["all shards", "SELECT n FROM `ads.events_*`", 120],
  ["the shards a suffix leaves", "SELECT n FROM `ads.events_*` WHERE _TABLE_SUFFIX >= '20260207'", 80],
  ["nothing for __TABLES__", "SELECT * FROM ads.__TABLES__", 0],
  ["10 MB for the information schema", "SELECT * FROM ads.INFORMATION_SCHEMA.TABLES", 10 * MIB],
  ["nothing without a table", "SELECT 1", 0],
])("bytes count %s", async (_, query, expected) => {
  expect(await processed(query)).toBe(expected);
});

// The latest row of each key can be told only from all rows, so a filter above prunes nothing, but for one on a
// column of the key, which takes whole keys away: that BigQuery prunes by it is assumed, and nowhere documented.
test.each([
  ["the column asked for, the key and the order", "SELECT SUM(spend) FROM ads.clean", 3200],
  ["the key and the order alone for COUNT(*)", "SELECT COUNT(*) FROM ads.clean", 1600],
  ["a column in a filter above", "SELECT SUM(spend) FROM ads.clean WHERE text = 'x'", 3800],
  [
    "all partitions, whatever is filtered above",
    "SELECT SUM(spend) FROM ads.clean WHERE day = '2026-02-03'",
    3200,
  ],
  ["the partitions of a filter inside", "SELECT SUM(spend) FROM ads.recent", 640],
  [
    "the partitions of a filter above on a column of the key",
    "SELECT SUM(spend) FROM ads.daily WHERE day = '2026-02-03'",
    380,
  ],
])("of a view of the latest rows, bytes count %s", async (_, query, expected) => {
  expect(await processed(query)).toBe(expected);
});

test("a parameter prunes as a literal does", async () => {
  const query = "SELECT n FROM ads.parted WHERE day >= @day";
  expect(await processed(query, { day: bigquery.date("2026-02-10") })).toBe(160);
});

test("DML counts its whole target, and what its source reads", async () => {
  expect(await processed("UPDATE ads.parted SET n = 0 WHERE day = '2026-02-01'")).toBe(220);
  expect(await processed("UPDATE ads.parted SET n = 0 WHERE n = 1")).toBe(2200);
  expect(await processed("DELETE FROM ads.parted WHERE true")).toBe(2200);
  expect(await processed("INSERT INTO ads.plain (n) SELECT n FROM ads.parted")).toBe(800);
});

test("a table that requires a partition filter refuses a query without one", async () => {
  await bigquery.dataset("ads").table("parted").setMetadata({ requirePartitionFilter: true });
  await expect(processed("SELECT n FROM ads.parted")).rejects.toThrow(
    "Cannot query over table 'hulken.ads.parted' without a filter over column(s) 'day' that can be used for partition elimination",
  );
  expect(await processed("SELECT n FROM ads.parted WHERE day = '2026-02-03'")).toBe(160);
  await bigquery.dataset("ads").table("parted").setMetadata({ requirePartitionFilter: false });
});

test("billed are at least 10 MB for each table read", async () => {
  const [job] = await bigquery.createQueryJob("SELECT a.n FROM ads.plain a JOIN ads.parted b ON a.n = b.n");
  await job.getQueryResults();
  const [metadata] = await job.getMetadata();
  expect(metadata.statistics.query.totalBytesBilled).toBe(String(20 * MIB));
});

test("a wildcard reads its shards and tells them apart", async () => {
  const [rows] = await bigquery.query(
    "SELECT _TABLE_SUFFIX AS day, COUNT(*) AS n FROM `hulken.ads.events_*` WHERE _TABLE_SUFFIX BETWEEN '20260207' AND '20260208' GROUP BY 1 ORDER BY 1",
  );
  expect(rows).toEqual([
    { day: "20260207", n: 5 },
    { day: "20260208", n: 5 },
  ]);
});

test("a wildcard that matches nothing, or a view, is refused in BigQuery's words", async () => {
  await expect(bigquery.query("SELECT * FROM `ads.nothing_*`")).rejects.toMatchObject({
    code: 404,
    message: "hulken:ads.nothing_* does not match any table.",
  });
  await expect(bigquery.query("SELECT * FROM `ads.vie*`")).rejects.toThrow(
    "Views cannot be queried through prefix. Matched views are: hulken:ads.view",
  );
});

test("a wildcard without backticks is a syntax error", async () => {
  await expect(bigquery.query("SELECT * FROM ads.events_*")).rejects.toThrow(/Syntax error/);
});

test("shards of different columns answer with the newest one's, NULL where one is missing", async () => {
  const { engine } = local;
  const older = new Date("2026-02-01T00:00:00Z");
  await engine.createTable("hulken.ads.mixed_1", { fields: [{ name: "a", type: "STRING" }] }, older);
  await engine.appendSelect("hulken.ads.mixed_1", "SELECT 'old' AS a", older);
  await engine.createTable(
    "hulken.ads.mixed_2",
    {
      fields: [
        { name: "a", type: "STRING" },
        { name: "b", type: "INTEGER" },
      ],
    },
    at,
  );
  await engine.appendSelect("hulken.ads.mixed_2", "SELECT 'new' AS a, 1 AS b", at);
  const [rows] = await bigquery.query("SELECT * FROM `ads.mixed_*` ORDER BY a");
  expect(rows).toEqual([
    { a: "new", b: 1 },
    { a: "old", b: null },
  ]);
});
