import type { BigQuery } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;

beforeAll(async () => {
  local = await startLocalBigQuery();
  bigquery = local.client();
  const [dataset] = await bigquery.createDataset("shop");
  const [orders] = await dataset.createTable("orders", {
    schema: [
      { name: "id", type: "INT64", mode: "REQUIRED" },
      { name: "at", type: "TIMESTAMP" },
      { name: "total", type: "NUMERIC" },
      { name: "country", type: "STRING" },
    ],
  });
  await local.engine.appendSelect(
    "hulken.shop.orders",
    `SELECT i AS id, TIMESTAMPTZ '2026-02-01 00:00:00+00' + INTERVAL (i) HOUR AS at, i * 1.5 AS total,
       CASE WHEN i % 2 = 0 THEN 'US' ELSE 'DE' END AS country FROM range(10) t(i)`,
    new Date("2026-02-08T11:00:00Z"),
  );
  expect((await orders.getMetadata())[0].numRows).toBe("10");
});
afterAll(() => local.close());

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

test("named parameters of every scalar type, of arrays and of structs, arrive typed", async () => {
  const [rows] = await bigquery.query({
    query: `SELECT @i + 1 AS i, @f AS f, @s AS s, @b AS b, @d AS d, @ts AS ts, @n AS n, @none AS none,
      (SELECT SUM(x) FROM UNNEST(@list) AS x) AS total, @pair.a AS a, ARRAY_LENGTH(@empty) AS empty`,
    params: {
      i: 41,
      f: 0.5,
      s: "é'\"",
      b: true,
      d: bigquery.date("2026-02-08"),
      ts: new Date("2026-02-08T12:00:00.123Z"),
      n: "1.25",
      none: null,
      list: [1, 2, 3],
      pair: { a: "x", b: 1 },
      empty: [],
    },
    types: { n: "NUMERIC", none: "STRING", empty: ["STRING"] },
  });
  expect(plain(rows)).toEqual([
    {
      i: 42,
      f: 0.5,
      s: "é'\"",
      b: true,
      d: { value: "2026-02-08" },
      ts: { value: "2026-02-08T12:00:00.123Z" },
      n: "1.25",
      none: null,
      total: 6,
      a: "x",
      empty: 0,
    },
  ]);
});

test("an array of structs is a table", async () => {
  const [rows] = await bigquery.query({
    query: "SELECT r.name, r.n * 2 AS twice FROM UNNEST(@rows) AS r ORDER BY r.n",
    params: {
      rows: [
        { name: "b", n: 2 },
        { name: "a", n: 1 },
      ],
    },
  });
  expect(rows).toEqual([
    { name: "a", twice: 2 },
    { name: "b", twice: 4 },
  ]);
});

test("positional parameters are taken in order", async () => {
  const [rows] = await bigquery.query({ query: "SELECT ? AS a, ? AS b", params: ["x", 2] });
  expect(rows).toEqual([{ a: "x", b: 2 }]);
});

test("a value that is not of its type is refused", async () => {
  const query = bigquery.query({ query: "SELECT @d", params: { d: bigquery.date("soon") } });
  await expect(query).rejects.toMatchObject({
    code: 400,
    message: expect.stringContaining("Invalid DATE value: soon"),
  });
});

test("results are paged, and the pages are the whole", async () => {
  const [job] = await bigquery.createQueryJob(
    "SELECT x FROM UNNEST(GENERATE_ARRAY(1, 25000)) AS x ORDER BY x",
  );
  const [page, next] = await job.getQueryResults({ maxResults: 10, autoPaginate: false });
  expect(page).toHaveLength(10);
  expect(next?.pageToken).toBeTruthy();
  const [all] = await job.getQueryResults();
  expect(all.map((row) => row.x)).toEqual(Array.from({ length: 25_000 }, (_, i) => i + 1));
});

test("no page is much larger than 10 MB", async () => {
  const query = "SELECT REPEAT('x', 1000000) AS text FROM UNNEST(GENERATE_ARRAY(1, 25)) AS i";
  const [job] = await bigquery.createQueryJob(query);
  const [page] = await job.getQueryResults({ autoPaginate: false });
  expect(page.length).toBeLessThan(12);
  const [all] = await job.getQueryResults();
  expect(all).toHaveLength(25);
});

test("a dry run answers bytes and columns and leaves no job", async () => {
  const before = local.engine.jobs.length;
  const query = "SELECT country, SUM(total) AS total FROM shop.orders GROUP BY country";
  const [job] = await bigquery.createQueryJob({ query, dryRun: true });
  expect(job.metadata.statistics).toMatchObject({
    totalBytesProcessed: String(10 * 16 + 10 * 4),
    query: { statementType: "SELECT" },
  });
  expect(job.metadata.statistics.query.schema.fields).toMatchObject([
    { name: "country", type: "STRING" },
    { name: "total", type: "NUMERIC" },
  ]);
  expect(local.engine.jobs).toHaveLength(before);
});

test("a job over its byte ceiling is refused, one under it runs", async () => {
  const query = "SELECT country FROM shop.orders";
  const limit = (maximumBytesBilled: string) => bigquery.query({ query, maximumBytesBilled });
  await expect(limit("1000000")).rejects.toMatchObject({
    message: "Query exceeded limit for bytes billed: 1000000. 10485760 or higher required.",
    errors: [expect.objectContaining({ reason: "bytesBilledLimitExceeded" })],
  });
  expect((await limit("10485760"))[0]).toHaveLength(10);
});

test("a job keeps its labels, its text and its figures", async () => {
  const query = "SELECT id FROM shop.orders WHERE country = 'US'";
  const [job] = await bigquery.createQueryJob({ query, labels: { function: "sync-watchdog" } });
  await job.getQueryResults();
  const [metadata] = await job.getMetadata();
  expect(metadata).toMatchObject({
    configuration: { labels: { function: "sync-watchdog" }, query: { query } },
    status: { state: "DONE" },
    statistics: {
      query: {
        statementType: "SELECT",
        totalBytesProcessed: String(10 * 8 + 10 * 4),
        totalBytesBilled: "10485760",
        referencedTables: [{ projectId: "hulken", datasetId: "shop", tableId: "orders" }],
      },
    },
  });
  expect(local.engine.jobs.at(-1)).toMatchObject({
    id: job.id,
    type: "QUERY",
    query,
    labels: { function: "sync-watchdog" },
    statementType: "SELECT",
    bytesProcessed: 120,
    error: undefined,
  });
});

test("a job id is taken once", async () => {
  const run = () => bigquery.createQueryJob({ query: "SELECT 1", jobId: "mine" });
  await run();
  await expect(run()).rejects.toMatchObject({ code: 409, message: "Already Exists: Job hulken:US.mine" });
});

test("jobs are listed, newest first, and a missing one is 404", async () => {
  const [job] = await bigquery.createQueryJob("SELECT 'newest'");
  const [jobs] = await bigquery.getJobs({ maxResults: 1, autoPaginate: false });
  expect(jobs.map(({ id }) => id)).toEqual([job.id]);
  await expect(bigquery.job("nothing").getMetadata()).rejects.toMatchObject({ code: 404 });
});

test("DML says how many rows it changed", async () => {
  await bigquery.query("CREATE TABLE shop.counted (id INT64, n INT64)");
  const run = async (query: string) => {
    const [job] = await bigquery.createQueryJob(query);
    await job.getQueryResults();
    const [metadata] = await job.getMetadata();
    const { statementType, numDmlAffectedRows, dmlStats } = metadata.statistics.query;
    return { statementType, numDmlAffectedRows, dmlStats };
  };
  expect(await run("INSERT INTO shop.counted (id, n) VALUES (1, 1), (2, 2), (3, 3)")).toMatchObject({
    statementType: "INSERT",
    numDmlAffectedRows: "3",
    dmlStats: { insertedRowCount: "3" },
  });
  expect(await run("UPDATE shop.counted SET n = 0 WHERE id > 1")).toMatchObject({ numDmlAffectedRows: "2" });
  expect(await run("DELETE FROM shop.counted WHERE id = 1")).toMatchObject({ numDmlAffectedRows: "1" });
  expect(
    await run(
      `MERGE shop.counted AS t USING (SELECT 2 AS id UNION ALL SELECT 9) AS s ON t.id = s.id
       WHEN MATCHED THEN UPDATE SET n = 7 WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, 9)`,
    ),
  ).toMatchObject({ statementType: "MERGE", numDmlAffectedRows: "2" });
  const [rows] = await bigquery.query("SELECT id, n FROM shop.counted ORDER BY id");
  expect(rows).toEqual([
    { id: 2, n: 7 },
    { id: 3, n: 0 },
    { id: 9, n: 9 },
  ]);
});

test("DDL makes, alters, replaces and drops", async () => {
  await bigquery.query(
    `CREATE TABLE shop.daily (day DATE NOT NULL OPTIONS (description = "when"), n INT64)
     PARTITION BY day CLUSTER BY n OPTIONS (description = "Daily", labels = [("team", "ads")])`,
  );
  const table = bigquery.dataset("shop").table("daily");
  expect((await table.getMetadata())[0]).toMatchObject({
    description: "Daily",
    labels: { team: "ads" },
    timePartitioning: { type: "DAY", field: "day" },
    clustering: { fields: ["n"] },
    schema: { fields: [{ name: "day", type: "DATE", mode: "REQUIRED", description: "when" }, { name: "n" }] },
  });
  await bigquery.query("CREATE TABLE IF NOT EXISTS shop.daily (other STRING)");
  await expect(bigquery.query("CREATE TABLE shop.daily (other STRING)")).rejects.toMatchObject({ code: 409 });
  await bigquery.query("ALTER TABLE shop.daily ADD COLUMN note STRING");
  await bigquery.query("INSERT INTO shop.daily (day, n, note) VALUES ('2026-02-01', 1, 'x')");
  await bigquery.query("CREATE OR REPLACE TABLE shop.daily AS SELECT day, note FROM shop.daily");
  expect(plain((await bigquery.query("SELECT * FROM shop.daily"))[0])).toEqual([
    { day: { value: "2026-02-01" }, note: "x" },
  ]);
  await bigquery.query("DROP TABLE shop.daily");
  expect(await table.exists()).toEqual([false]);
  await bigquery.query("DROP TABLE IF EXISTS shop.daily");
});

test("a view answers what its query answers now, and knows its columns", async () => {
  const [view] = await bigquery.dataset("shop").createTable("by_country", {
    view: {
      query: "SELECT country, COUNT(*) AS n FROM `hulken.shop.orders` GROUP BY country",
      useLegacySql: false,
    },
  });
  const [metadata] = await view.getMetadata();
  expect(metadata).toMatchObject({
    type: "VIEW",
    schema: { fields: [{ name: "country" }, { name: "n", type: "INTEGER" }] },
  });
  const read = async () => (await bigquery.query("SELECT n FROM shop.by_country ORDER BY country"))[0];
  expect(await read()).toEqual([{ n: 5 }, { n: 5 }]);
  await view.setMetadata({ view: "SELECT 'all' AS country, COUNT(*) AS n FROM `hulken.shop.orders`" });
  expect(await read()).toEqual([{ n: 10 }]);
});

test("rows of a query go to its destination table", async () => {
  const destination = bigquery.dataset("shop").table("copied");
  const write = async (writeDisposition?: string) => {
    const query = "SELECT id, country FROM shop.orders WHERE id < 2";
    const [job] = await bigquery.createQueryJob({ query, destination, writeDisposition });
    await job.getQueryResults();
  };
  await write();
  await expect(write()).rejects.toThrow("Already Exists: Table hulken:shop.copied");
  await write("WRITE_APPEND");
  expect((await destination.getMetadata())[0].numRows).toBe("4");
  await write("WRITE_TRUNCATE");
  expect((await destination.getMetadata())[0].numRows).toBe("2");
});

test("statements of a script run in order, and the last one answers", async () => {
  const [rows] = await bigquery.query(
    "CREATE TABLE shop.scripted (a INT64); INSERT INTO shop.scripted VALUES (1); SELECT a FROM shop.scripted;",
  );
  expect(rows).toEqual([{ a: 1 }]);
  await expect(bigquery.query("DECLARE x INT64 DEFAULT 1; SELECT x;")).rejects.toThrow(
    "not supported by the local BigQuery",
  );
});
