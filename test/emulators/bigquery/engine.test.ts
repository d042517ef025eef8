import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { startLocalBigQuery } from "../../support/local-bigquery.ts";

const folder = mkdtempSync(path.join(tmpdir(), "engine-"));
const at = new Date("2026-02-08T11:00:00Z");
afterAll(() => rmSync(folder, { recursive: true }));

test("a file holds everything: rows, layout, times, views, counts", async () => {
  const file = path.join(folder, "world.duckdb");
  const first = await startLocalBigQuery({ file });
  await first.engine.createDataset("hulken.ads", { location: "EU", at });
  await first.engine.createTable(
    "hulken.ads.facts",
    {
      fields: [
        { name: "day", type: "DATE", description: "when" },
        { name: "n", type: "INTEGER" },
      ],
      partitionBy: { field: "day", type: "MONTH" },
      labels: { team: "ads" },
    },
    at,
  );
  const appended = await first.engine.appendSelect(
    "hulken.ads.facts",
    "SELECT 7 AS n, DATE '2026-01-15' AS day",
    at,
  );
  expect(appended).toBe(1);
  await first.engine.createView("hulken.ads.sums", "SELECT SUM(n) AS n FROM `hulken.ads.facts`", at);
  const metadataOf = async (local: typeof first) =>
    (await local.client().dataset("ads").table("facts").getMetadata())[0];
  const { etag: _, selfLink: __, ...before } = await metadataOf(first);
  await first.close();

  const second = await startLocalBigQuery({ file });
  expect(await metadataOf(second)).toMatchObject(before);
  expect((await second.client().query("SELECT n FROM ads.sums"))[0]).toEqual([{ n: 7 }]);
  const [partitions] = await second
    .client()
    .query("SELECT partition_id, total_rows FROM ads.INFORMATION_SCHEMA.PARTITIONS");
  expect(partitions).toEqual([{ partition_id: "202601", total_rows: 1 }]);
  await second.close();
});

test("a table renamed is in the file under its new name alone", async () => {
  const file = path.join(folder, "renamed.duckdb");
  const first = await startLocalBigQuery({ file });
  await first.engine.createDataset("hulken.ads", { location: "US", at });
  await first.engine.createTable("hulken.ads.old", { fields: [{ name: "a", type: "INTEGER" }] }, at);
  await first.engine.appendSelect("hulken.ads.old", "SELECT 1 AS a", at);
  await first.client().query("ALTER TABLE ads.old RENAME TO renamed");
  await first.close();

  const second = await startLocalBigQuery({ file });
  const [tables] = await second.client().query("SELECT table_id, row_count FROM ads.__TABLES__");
  expect(tables).toEqual([{ table_id: "renamed", row_count: 1 }]);
  expect((await second.client().query("SELECT a FROM ads.renamed"))[0]).toEqual([{ a: 1 }]);
  await second.close();
});

test("a dataset that is there already is kept, a table that is there already is refused", async () => {
  const local = await startLocalBigQuery();
  const { engine } = local;
  for (let i = 0; i < 2; i++) await engine.createDataset("hulken.ads", { location: "US", at });
  const make = () => engine.createTable("hulken.ads.t", { fields: [{ name: "a", type: "STRING" }] }, at);
  await make();
  await expect(make()).rejects.toThrow("Already Exists: Table hulken:ads.t");
  await expect(engine.appendSelect("hulken.ads.nope", "SELECT 1", at)).rejects.toThrow(
    "Not found: Table hulken:ads.nope",
  );
  await expect(engine.createTable("ads.t", { fields: [] }, at)).rejects.toThrow(
    'Invalid table name "ads.t": write it as project.dataset.table.',
  );
  await local.close();
});

test("temporary tables of duckdb() are seen by appendSelect", async () => {
  const local = await startLocalBigQuery();
  const { engine } = local;
  await engine.createDataset("hulken.ads", { location: "US", at });
  await engine.createTable("hulken.ads.t", { fields: [{ name: "a", type: "INTEGER" }] }, at);
  await engine.duckdb("CREATE TEMP TABLE staging AS SELECT * FROM range(5) r(a)");
  expect(await engine.appendSelect("hulken.ads.t", "SELECT a FROM staging", at)).toBe(5);
  expect(await engine.duckdb("SELECT count(*)::INTEGER FROM staging")).toEqual([[5]]);
  await local.close();
});

test("closing ends a query that would run for hours, and those behind it", async () => {
  const local = await startLocalBigQuery();
  const million = "UNNEST(GENERATE_ARRAY(1, 1000000))";
  const query = `SELECT COUNT(*) AS n FROM ${million} AS a CROSS JOIN ${million} AS b WHERE a < b`;
  const jobs = Array.from({ length: 6 }, () => local.client().createQueryJob({ query, location: "US" }));
  await Promise.all(jobs);
  await local.close();
  expect(local.engine.jobs.filter(({ error }) => error === undefined)).toEqual([]);
});
