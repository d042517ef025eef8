import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BigQuery, Dataset } from "@google-cloud/bigquery";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

const MINUTE = 60_000;
let local: LocalBigQuery;
let bigquery: BigQuery;
let dataset: Dataset;
let now = new Date("2026-02-08T12:00:00Z");
const start = now.getTime();
const folder = mkdtempSync(path.join(tmpdir(), "streaming-"));

beforeAll(async () => {
  local = await startLocalBigQuery({ clock: () => now });
  bigquery = local.client();
  [dataset] = await bigquery.createDataset("live");
});
beforeEach(() => {
  now = new Date(start);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await local.close();
});

const wait = (minutes: number) => {
  now = new Date(now.getTime() + minutes * MINUTE);
};

let count = 0;
/** A table of rows 1 and 2, made by DML, and 11 and 12, streamed. */
const newTable = async () => {
  const [table] = await dataset.createTable(`t${++count}`, { schema: "id:INTEGER,note:STRING" });
  await bigquery.query(`INSERT INTO live.${table.id} (id, note) VALUES (1, 'a'), (2, 'b')`);
  await table.insert([{ id: 11, note: "x" }, { id: 12 }]);
  return table;
};
const run = (sql: string, client = bigquery) => client.query(sql);
const rowsOf = async (sql: string, client = bigquery) => (await client.query(sql))[0];
const refusal = async (sql: string, client = bigquery) =>
  run(sql, client).then(
    () => undefined,
    ({ message }: Error) => message,
  );
const IN_BUFFER = /would affect rows in the streaming buffer, which is not supported$/;

test("only a statement that would change a streamed row is refused, in BigQuery's words", async () => {
  const { id } = await newTable();
  const name = `live.${id}`;
  expect(await refusal(`UPDATE ${name} SET note = 'n' WHERE id < 12`)).toBe(
    `UPDATE or DELETE statement over table hulken.${name} would affect rows in the streaming buffer, which is not supported`,
  );
  expect(await refusal(`DELETE FROM ${name} WHERE id IN (SELECT 12)`)).toMatch(IN_BUFFER);
  expect(await refusal(`DELETE FROM ${name} WHERE true`)).toMatch(IN_BUFFER);
  expect(await refusal(`TRUNCATE TABLE ${name}`)).toMatch(/^TRUNCATE statement over table/);
  await run(`UPDATE ${name} SET note = 'n' WHERE id < 10`);
  await run(`UPDATE ${name} SET note = NULL WHERE id > 100`);
  await run(`DELETE FROM ${name} WHERE id = 2`);
  await run(`INSERT INTO ${name} (id) SELECT 3`);
  expect(await rowsOf(`SELECT * FROM ${name} ORDER BY id`)).toEqual([
    { id: 1, note: "n" },
    { id: 3, note: null },
    { id: 11, note: "x" },
    { id: 12, note: null },
  ]);
});

test("UPDATE with a source is judged by the pairs it makes", async () => {
  const { id } = await newTable();
  const update = (condition: string) =>
    `UPDATE live.${id} AS t SET note = s.note FROM (SELECT 1 AS id, 'one' AS note UNION ALL SELECT 11, 'eleven') AS s
     WHERE t.id = s.id AND ${condition} OR FALSE`;
  expect(await refusal(update("TRUE"))).toMatch(IN_BUFFER);
  await run(update("s.note = 'one'"));
  expect(await rowsOf(`SELECT note FROM live.${id} WHERE id IN (1, 11) ORDER BY id`)).toEqual([
    { note: "one" },
    { note: "x" },
  ]);
});

test("EXISTS over another table spares streamed rows it does not meet", async () => {
  const { id } = await newTable();
  await run(`CREATE TABLE live.staged${count} AS SELECT 2 AS id UNION ALL SELECT 99`);
  const update = `UPDATE live.${id} t SET note = 'met' WHERE EXISTS (SELECT 1 FROM live.staged${count} s WHERE s.id = t.id)`;
  await run(update);
  await run(`INSERT INTO live.staged${count} (id) VALUES (12)`);
  expect(await refusal(update)).toMatch(IN_BUFFER);
});

test("a MERGE is judged by what its clauses change; what it inserts is free", async () => {
  const { id } = await newTable();
  const merge = (ids: string, clauses: string) =>
    `MERGE live.${id} t USING (SELECT * FROM UNNEST([${ids}]) AS id) s ON t.id = s.id ${clauses}`;
  const upsert =
    "WHEN MATCHED THEN UPDATE SET note = 'merged' WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)";
  await run(merge("1, 5", upsert));
  expect(await refusal(merge("1, 11", upsert))).toMatch(/^MERGE statement over table .* would affect rows/);
  await run(merge("11, 12", "WHEN MATCHED AND t.id < 10 THEN DELETE"));
  await run(merge("11, 6", "WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)"));
  expect(await refusal(merge("1", "WHEN NOT MATCHED BY SOURCE THEN DELETE"))).toMatch(IN_BUFFER);
  await run(merge("1, 11, 12", "WHEN NOT MATCHED BY SOURCE THEN DELETE"));
  await run(merge("1, 11", "WHEN NOT MATCHED BY SOURCE AND t.id <> 12 THEN DELETE"));
  expect(await rowsOf(`SELECT id, note FROM live.${id} ORDER BY id`)).toEqual([
    { id: 1, note: "merged" },
    { id: 11, note: "x" },
    { id: 12, note: null },
  ]);
});

test("each row leaves the buffer half an hour after it came", async () => {
  const table = await newTable();
  wait(20);
  await table.insert([{ id: 21 }]);
  wait(10);
  await run(`UPDATE live.${table.id} SET note = 'out' WHERE id < 20`);
  expect(await refusal(`UPDATE live.${table.id} SET note = 'out' WHERE id = 21`)).toMatch(IN_BUFFER);
  wait(20);
  await run(`TRUNCATE TABLE live.${table.id}`);
});

test("tables.get and the catalog show the buffer, and rows and time without it", async () => {
  const table = await newTable();
  wait(1);
  await table.insert([{ id: 13, note: "yy" }]);
  const show = async () => {
    const [{ numRows, numBytes, lastModifiedTime, streamingBuffer }] = await table.getMetadata();
    const [listed] = await rowsOf(`SELECT * FROM live.__TABLES__ WHERE table_id = '${table.id}'`);
    const [storage] = await rowsOf(
      `SELECT total_rows FROM \`region-us\`.INFORMATION_SCHEMA.TABLE_STORAGE WHERE table_name = '${table.id}'`,
    );
    expect(listed).toMatchObject({
      row_count: Number(numRows),
      size_bytes: Number(numBytes),
      last_modified_time: Number(lastModifiedTime),
    });
    expect(storage).toEqual({ total_rows: Number(numRows) });
    const modified = (Number(lastModifiedTime) - start) / MINUTE;
    return { numRows, numBytes, modified, streamingBuffer };
  };
  // INT64 8, STRING 2 and its bytes
  expect(await show()).toEqual({
    numRows: "2",
    numBytes: String(2 * (8 + 3)),
    modified: 0,
    streamingBuffer: {
      estimatedRows: "3",
      estimatedBytes: String(8 + 3 + 8 + 8 + 4),
      oldestEntryTime: String(start),
    },
  });
  expect(await rowsOf(`SELECT COUNT(*) AS n FROM live.${table.id}`)).toEqual([{ n: 5 }]);
  wait(29);
  expect(await show()).toMatchObject({
    numRows: "4",
    modified: 30,
    streamingBuffer: { estimatedRows: "1", oldestEntryTime: String(start + MINUTE) },
  });
  wait(60);
  expect(await show()).toEqual({
    numRows: "5",
    numBytes: String(3 * 11 + 8 + 12),
    modified: 31,
    streamingBuffer: undefined,
  });
});

test("a change during the wait moves the modification time, and the rows that leave move it no further back", async () => {
  const table = await newTable();
  wait(40);
  await run(`UPDATE live.${table.id} SET note = 'n' WHERE id = 1`);
  expect((await table.getMetadata())[0].lastModifiedTime).toBe(String(start + 40 * MINUTE));
});

test("nothing streamed, nothing in the buffer", async () => {
  const [table] = await dataset.createTable(`t${++count}`, { schema: "id:INTEGER" });
  await expect(table.insert([{ id: "x" }])).rejects.toThrow();
  expect((await table.getMetadata())[0]).not.toHaveProperty("streamingBuffer");
});

test("what is known of a row outlives other rows, new columns and a restart", async () => {
  const file = path.join(folder, "live.duckdb");
  const open = () => startLocalBigQuery({ file, clock: () => now });
  const first = await open();
  const [ads] = await first.client().createDataset("live");
  const [table] = await ads.createTable("t", { schema: "id:INTEGER" });
  await run("INSERT INTO live.t (id) SELECT * FROM UNNEST(GENERATE_ARRAY(1, 5000)) AS id", first.client());
  await table.insert([{ id: 9001 }]);
  await run("DELETE FROM live.t WHERE id <= 4900", first.client());
  await run("ALTER TABLE live.t ADD COLUMN note STRING", first.client());
  await run("UPDATE live.t SET note = 'n' WHERE id < 9001", first.client());
  await run("ALTER TABLE live.t RENAME COLUMN id TO number", first.client());
  await first.close();

  const second = await open();
  const client = second.client();
  expect(await refusal("UPDATE live.t SET note = 'm' WHERE number >= 9001", client)).toMatch(IN_BUFFER);
  await run("UPDATE live.t SET note = 'm' WHERE number < 9001", client);
  expect((await client.dataset("live").table("t").getMetadata())[0]).toMatchObject({
    numRows: "100",
    streamingBuffer: { estimatedRows: "1" },
    schema: { fields: [{ name: "number" }, { name: "note" }] },
  });
  expect(await rowsOf("SELECT * FROM live.t WHERE number > 9000", client)).toEqual([
    { number: 9001, note: null },
  ]);
  expect(await rowsOf("SELECT COUNT(*) AS n FROM live.INFORMATION_SCHEMA.COLUMNS", client)).toEqual([
    { n: 2 },
  ]);
  wait(30);
  await run("DELETE FROM live.t WHERE true", client);
  await second.close();
});

test("copies leave streamed rows out; a table replaced has none; renaming waits", async () => {
  const table = await newTable();
  await table.copy(dataset.table(`copied${count}`));
  await run(`CREATE TABLE live.cloned${count} CLONE live.${table.id}`);
  for (const name of [`copied${count}`, `cloned${count}`]) {
    expect(await rowsOf(`SELECT id FROM live.${name} ORDER BY id`)).toEqual([{ id: 1 }, { id: 2 }]);
  }
  expect(await refusal(`ALTER TABLE live.${table.id} RENAME TO renamed${count}`)).toContain(
    "streaming buffer",
  );
  await run(`CREATE OR REPLACE TABLE live.${table.id} AS SELECT * FROM live.${table.id}`);
  expect((await table.getMetadata())[0]).not.toHaveProperty("streamingBuffer");
  await run(`DELETE FROM live.${table.id} WHERE true`);
});

test("streamed rows of a partitioned table are in no partition's count yet", async () => {
  const schema = [{ name: "day", type: "DATE" }];
  const [table] = await dataset.createTable(`t${++count}`, { schema, timePartitioning: { field: "day" } });
  await run(`INSERT INTO live.${table.id} (day) VALUES ('2026-02-01')`);
  await table.insert([{ day: "2026-02-01" }, { day: "2026-02-02" }]);
  const partitions = () =>
    rowsOf(
      `SELECT partition_id, total_rows FROM live.INFORMATION_SCHEMA.PARTITIONS WHERE table_name = '${table.id}' ORDER BY 1`,
    );
  expect(await partitions()).toEqual([
    { partition_id: "20260201", total_rows: 1 },
    { partition_id: "__UNPARTITIONED__", total_rows: 2 },
  ]);
  wait(30);
  expect(await partitions()).toEqual([
    { partition_id: "20260201", total_rows: 2 },
    { partition_id: "20260202", total_rows: 1 },
  ]);
});
