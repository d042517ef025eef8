import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BigQuery } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

const analyst = "analyst@hulken.example";
const folder = mkdtempSync(path.join(tmpdir(), "job-log-"));
const account = "plumbline@hulken.iam.gserviceaccount.com";

let local: LocalBigQuery;
let bigquery: BigQuery;

beforeAll(async () => {
  local = await startLocalBigQuery();
  bigquery = local.client();
  await bigquery.createDataset("ads");
  await bigquery.query("CREATE TABLE ads.raw AS SELECT 1 AS id, 2 AS spend");
  await bigquery.query("CREATE TABLE ads.days AS SELECT 1 AS id, DATE '2026-02-01' AS day");
  await bigquery.query("CREATE VIEW ads.clean AS SELECT id, spend FROM `hulken.ads.raw`");
  await bigquery.query("CREATE VIEW ads.cleaner AS SELECT id, spend FROM `hulken.ads.clean` WHERE id > 0");
});
afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

/** What the log says of a job. */
async function logged(job: { readonly id?: string }) {
  const [rows] = await bigquery.query({
    query: `SELECT user_email, job_type, statement_type, state, referenced_tables, destination_table
            FROM \`region-us\`.INFORMATION_SCHEMA.JOBS WHERE job_id = @id`,
    params: { id: job.id },
  });
  const [{ referenced_tables: read, destination_table: target, ...rest }] = rows;
  const name = (table: Record<string, string>) => Object.values(table).join(".");
  return { ...rest, read: read.map(name).sort(), target: target && name(target) };
}

async function ran(query: string, client = bigquery) {
  const [job] = await client.createQueryJob(query);
  await job.getQueryResults();
  return logged(job);
}

test("a job is of whoever's token starts it, and of the stack's account without one", async () => {
  expect(await ran("SELECT 1 AS x")).toMatchObject({ user_email: account, state: "DONE" });
  const person = local.client(analyst);
  expect(await ran("SELECT 2 AS x", person)).toMatchObject({ user_email: analyst });
  const [job] = await person.createQueryJob("SELECT SESSION_USER() AS me");
  expect((await job.getQueryResults())[0]).toEqual([{ me: analyst }]);
  expect((await job.getMetadata())[0].user_email).toBe(analyst);
  const [quick] = await person.query({ query: "SELECT SESSION_USER() AS me" });
  expect(quick).toEqual([{ me: analyst }]);
});

test("a job that fails is of whoever started it", async () => {
  const [job] = await local.client(analyst).createQueryJob("SELECT 1 / id FROM (SELECT 0 AS id)");
  await expect(job.getQueryResults()).rejects.toThrow("division by zero");
  expect(await logged(job)).toMatchObject({ user_email: analyst, state: "DONE" });
});

test.each([
  ["a table", "SELECT id FROM ads.raw", ["raw"]],
  ["two tables", "SELECT day FROM ads.raw JOIN ads.days USING (id)", ["days", "raw"]],
  ["a table twice", "SELECT a.id FROM ads.raw AS a JOIN ads.raw AS b USING (id)", ["raw"]],
  ["the table below a view, and not the view", "SELECT id FROM ads.clean", ["raw"]],
  ["the table below a view of a view", "SELECT COUNT(*) AS n FROM ads.cleaner", ["raw"]],
  ["shards", "SELECT id FROM `ads.day*`", ["days"]],
  ["no table", "SELECT table_id FROM ads.__TABLES__", []],
])("referenced is %s", async (_, query, tables) => {
  const read = tables.map((table) => `hulken.ads.${table}`);
  expect(await ran(query)).toMatchObject({ statement_type: "SELECT", read, target: null });
});

test.each([
  ["CREATE_TABLE_AS_SELECT", "CREATE TABLE ads.copied AS SELECT id FROM ads.clean", ["raw"], "copied"],
  ["INSERT", "INSERT INTO ads.copied (id) SELECT id FROM ads.days", ["copied", "days"], "copied"],
  [
    "MERGE",
    "MERGE ads.raw t USING ads.days s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)",
    ["days", "raw"],
    "raw",
  ],
  ["UPDATE", "UPDATE ads.copied SET id = 1 WHERE TRUE", ["copied"], "copied"],
])("a %s names where its rows go", async (statement_type, query, tables, target) => {
  const read = tables.map((table) => `hulken.ads.${table}`);
  expect(await ran(query)).toMatchObject({ statement_type, read, target: `hulken.ads.${target}` });
});

test("a SELECT that fills a table, a copy and a load name it too", async () => {
  const ads = bigquery.dataset("ads");
  const [filling] = await bigquery.createQueryJob({
    query: "SELECT id FROM ads.raw",
    destination: ads.table("filled"),
  });
  await filling.getQueryResults();
  const [copying] = await ads.table("raw").createCopyJob(ads.table("again"));
  const file = path.join(folder, "rows.csv");
  writeFileSync(file, "id\n1\n");
  const schema = { fields: [{ name: "id", type: "INTEGER" }] };
  const metadata = { sourceFormat: "CSV", skipLeadingRows: 1, schema };
  const [loading] = await local.client(analyst).dataset("ads").table("loaded").load(file, metadata);
  expect(await logged(filling)).toMatchObject({ read: ["hulken.ads.raw"], target: "hulken.ads.filled" });
  expect(await logged(copying)).toMatchObject({ job_type: "COPY", target: "hulken.ads.again" });
  expect(await logged({ id: loading.jobReference?.jobId })).toMatchObject({
    user_email: analyst,
    job_type: "LOAD",
    statement_type: null,
    target: "hulken.ads.loaded",
  });
});
