import type { BigQuery, Dataset } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

const HOUR = 3_600_000;
let local: LocalBigQuery;
let bigquery: BigQuery;
let dataset: Dataset;
let now = new Date("2026-02-08T12:00:00Z");

beforeAll(async () => {
  local = await startLocalBigQuery({ clock: () => now });
  bigquery = local.client();
  [dataset] = await bigquery.createDataset("stage");
});
afterAll(() => local.close());

const inHours = (hours: number) => String(now.getTime() + hours * HOUR);
const listed = async () => (await dataset.getTables())[0].map(({ id }) => id);

test("a dataset reads back seven days unless told otherwise", async () => {
  const hoursOf = async (id: string) => (await bigquery.dataset(id).getMetadata())[0].maxTimeTravelHours;
  expect(await hoursOf("stage")).toBe("168");
  await bigquery.createDataset("short", { maxTimeTravelHours: "48" });
  expect(await hoursOf("short")).toBe("48");
  await bigquery.dataset("short").setMetadata({ maxTimeTravelHours: "72" });
  await bigquery.dataset("short").setMetadata({ description: "Short" });
  expect(await hoursOf("short")).toBe("72");
  await bigquery.query("CREATE SCHEMA made OPTIONS (max_time_travel_hours = 96, description = 'Made')");
  expect(await hoursOf("made")).toBe("96");
  await bigquery.query("ALTER SCHEMA made SET OPTIONS (max_time_travel_hours = 48)");
  expect(await hoursOf("made")).toBe("48");
  expect((await bigquery.dataset("made").getMetadata())[0].description).toBe("Made");
  await bigquery.query("ALTER SCHEMA made SET OPTIONS (max_time_travel_hours = NULL)");
  expect(await hoursOf("made")).toBe("168");
  await bigquery.query("ALTER SCHEMA IF EXISTS nowhere SET OPTIONS (max_time_travel_hours = 48)");
});

test("a time travel window is two to seven whole days", async () => {
  for (const hours of [0, 24, 47, 60, 192]) {
    const refused = { code: 400, message: expect.stringContaining("between 48 and 168") };
    const options = { maxTimeTravelHours: String(hours) };
    await expect(dataset.setMetadata(options)).rejects.toMatchObject(refused);
    await expect(bigquery.createDataset("wrong", options)).rejects.toMatchObject(refused);
    const ddl = `ALTER SCHEMA stage SET OPTIONS (max_time_travel_hours = ${hours})`;
    await expect(bigquery.query(ddl)).rejects.toMatchObject(refused);
  }
  expect(await bigquery.dataset("wrong").exists()).toEqual([false]);
  await expect(bigquery.createDataset("wrong", { defaultTableExpirationMs: "3600000" })).rejects.toThrow(
    "not supported by the local BigQuery: a dataset with defaultTableExpirationMs",
  );
});

test("a table is gone when its time is over, with its rows", async () => {
  const [table] = await dataset.createTable("passing", { schema: "id:INTEGER", expirationTime: inHours(1) });
  await bigquery.query("INSERT INTO stage.passing (id) VALUES (1)");
  expect((await table.getMetadata())[0].expirationTime).toBe(inHours(1));
  const [option] = (
    await bigquery.query(
      "SELECT option_name, option_value FROM stage.INFORMATION_SCHEMA.TABLE_OPTIONS WHERE table_name = 'passing'",
    )
  )[0];
  expect(option).toEqual({
    option_name: "expiration_timestamp",
    option_value: 'TIMESTAMP "2026-02-08T13:00:00.000Z"',
  });
  now = new Date(now.getTime() + HOUR - 1);
  expect(await listed()).toContain("passing");
  now = new Date(now.getTime() + 1);
  expect(await listed()).not.toContain("passing");
  expect(await table.exists()).toEqual([false]);
  await expect(bigquery.query("SELECT * FROM stage.passing")).rejects.toMatchObject({ code: 404 });
  await expect(table.insert([{ id: 2 }])).rejects.toMatchObject({ code: 404 });
  expect((await bigquery.query("SELECT table_id FROM stage.__TABLES__"))[0]).not.toContainEqual({
    table_id: "passing",
  });
  await dataset.createTable("passing", { schema: "name:STRING" });
  expect((await bigquery.query("SELECT * FROM stage.passing"))[0]).toEqual([]);
});

test("an expiration is moved, taken away, and set in SQL", async () => {
  const [table] = await dataset.createTable("moved", { schema: "id:INTEGER", expirationTime: inHours(1) });
  const shown = async () => (await table.getMetadata())[0].expirationTime;
  await table.setMetadata({ expirationTime: inHours(5) });
  expect(await shown()).toBe(inHours(5));
  await table.setMetadata({ description: "Moved" });
  expect(await shown()).toBe(inHours(5));
  await table.setMetadata({ expirationTime: null as never });
  expect(await shown()).toBeUndefined();
  const at = new Date(now.getTime() + 2 * HOUR).toISOString();
  await bigquery.query(`ALTER TABLE stage.moved SET OPTIONS (expiration_timestamp = TIMESTAMP '${at}')`);
  expect(await shown()).toBe(inHours(2));
  await bigquery.query(
    `CREATE OR REPLACE TABLE stage.moved (id INT64) OPTIONS (expiration_timestamp = TIMESTAMP '${at}')`,
  );
  expect(await shown()).toBe(inHours(2));
  await expect(table.setMetadata({ expirationTime: inHours(-1) })).rejects.toMatchObject({ code: 400 });
  await expect(
    dataset.createTable("late", { schema: "id:INTEGER", expirationTime: inHours(-1) }),
  ).rejects.toMatchObject({ code: 400 });
  expect(await listed()).not.toContain("late");
});

test("an expired table frees its name for a rename, a load and a copy", async () => {
  for (const target of ["renamed", "copied"]) {
    await dataset.createTable(target, { schema: "old:STRING", expirationTime: inHours(1) });
  }
  await bigquery.query("CREATE TABLE stage.source AS SELECT 1 AS id");
  now = new Date(now.getTime() + HOUR);
  await dataset.table("source").copy(dataset.table("copied"));
  await bigquery.query("ALTER TABLE stage.source RENAME TO renamed");
  for (const name of ["renamed", "copied"]) {
    expect((await bigquery.query(`SELECT * FROM stage.${name}`))[0]).toEqual([{ id: 1 }]);
  }
});

test("a table's layout is not silently left as it was", async () => {
  const schema = [{ name: "day", type: "DATE" }];
  const [table] = await dataset.createTable("laid", { schema, timePartitioning: { field: "day" } });
  await table.setMetadata({ timePartitioning: { field: "day", type: "DAY" }, description: "same" });
  await expect(table.setMetadata({ clustering: { fields: ["day"] } })).rejects.toThrow(
    "not supported by the local BigQuery: a change of a table's clustering",
  );
  await expect(table.setMetadata({ timePartitioning: { field: "day", type: "MONTH" } })).rejects.toThrow(
    "not supported by the local BigQuery: a change of a table's partitioning",
  );
});

test("a column that must have a value cannot be added, one that may be empty can", async () => {
  const [table] = await dataset.createTable("grown", { schema: "id:INTEGER" });
  const fields = (mode: string) => [
    { name: "id", type: "INTEGER" },
    { name: "added", type: "STRING", mode },
  ];
  await expect(table.setMetadata({ schema: { fields: fields("REQUIRED") } })).rejects.toThrow(
    "Cannot add required field added to an existing schema",
  );
  await table.setMetadata({ schema: { fields: fields("NULLABLE") } });
  await table.delete();
  await expect(table.delete()).rejects.toMatchObject({ code: 404 });
});
