import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { BigQuery, Dataset, Table } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;
let dataset: Dataset;
let now = new Date("2026-02-08T12:00:00Z");
const folder = mkdtempSync(path.join(tmpdir(), "rows-"));

beforeAll(async () => {
  local = await startLocalBigQuery({ clock: () => now });
  bigquery = local.client();
  [dataset] = await bigquery.createDataset("shop");
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await local.close();
});

let count = 0;
const newTable = async (schema: string | object[]): Promise<Table> => {
  const [table] = await dataset.createTable(`t${++count}`, { schema: schema as string });
  return table;
};
const rowsOf = async (table: Table) => (await table.getRows())[0];
const fileOf = (name: string, content: string | Buffer) => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};
/** The rows refused by insertAll, as the client tells them. */
const refusal = async (table: Table, rows: object[], options = {}) => {
  const error = await table.insert(rows, options).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error?.name).toBe("PartialFailureError");
  return error.errors.map((each: { errors: { message: string }[] }) => each.errors[0]?.message);
};

test("a streamed row of every type comes back as it was", async () => {
  const table = await newTable([
    { name: "s", type: "STRING" },
    { name: "i", type: "INTEGER" },
    { name: "f", type: "FLOAT" },
    { name: "n", type: "NUMERIC" },
    { name: "b", type: "BOOLEAN" },
    { name: "d", type: "DATE" },
    { name: "dt", type: "DATETIME" },
    { name: "t", type: "TIME" },
    { name: "ts", type: "TIMESTAMP" },
    { name: "bytes", type: "BYTES" },
    { name: "j", type: "JSON" },
    { name: "list", type: "STRING", mode: "REPEATED" },
    {
      name: "records",
      type: "RECORD",
      mode: "REPEATED",
      fields: [
        { name: "x", type: "INTEGER" },
        { name: "ys", type: "DATE", mode: "REPEATED" },
      ],
    },
  ]);
  await table.insert([
    {
      s: "é'\"\\",
      i: "9007199254740993",
      f: -0.5,
      n: "12345678901234567890123456789.123456789",
      b: true,
      d: bigquery.date("2026-02-08"),
      dt: bigquery.datetime("2026-02-08T01:02:03.5"),
      t: bigquery.time("23:59:59.000001"),
      ts: bigquery.timestamp("2026-02-08T11:59:59.123456Z"),
      bytes: Buffer.from([0, 92, 255]),
      j: '{"k":[1,2]}',
      list: ["a", ""],
      records: [{ x: 1, ys: ["2026-01-01"] }, { x: null }],
    },
    {},
  ]);
  const [full, empty] = (await table.getRows({ wrapIntegers: true }))[0];
  expect(JSON.parse(JSON.stringify(full))).toEqual({
    s: "é'\"\\",
    i: { type: "BigQueryInt", value: "9007199254740993" },
    f: -0.5,
    n: "1.2345678901234567890123456789123456789e+28",
    b: true,
    d: { value: "2026-02-08" },
    dt: { value: "2026-02-08T01:02:03.500000" },
    t: { value: "23:59:59.000001" },
    ts: { value: "2026-02-08T11:59:59.123456000Z" },
    bytes: { type: "Buffer", data: [0, 92, 255] },
    j: '{"k":[1,2]}',
    list: ["a", ""],
    records: [
      { x: { type: "BigQueryInt", value: "1" }, ys: [{ value: "2026-01-01" }] },
      { x: null, ys: [] },
    ],
  });
  expect(empty).toMatchObject({ s: null, i: null, ts: null, list: [], records: [] });
});

test("one bad row stops the others, each told why", async () => {
  const table = await newTable([
    { name: "id", type: "INTEGER", mode: "REQUIRED" },
    { name: "at", type: "TIMESTAMP" },
    { name: "day", type: "DATE" },
  ]);
  const rows = [
    { id: 1 },
    { id: "x" },
    { id: 2, nope: 1 },
    {},
    { id: 3, at: "soon" },
    { id: 4, day: "2026-02-30" },
  ];
  expect(await refusal(table, rows)).toEqual([
    "Cannot convert value to integer (bad value): x",
    "no such field: nope.",
    "Missing required field: id.",
    "Could not parse 'soon' as a timestamp. Required format is YYYY-MM-DD HH:MM[:SS[.SSSSSS]] or YYYY/MM/DD HH:MM[:SS[.SSSSSS]]",
    "Invalid DATE value: 2026-02-30",
    "",
  ]);
  expect(await rowsOf(table)).toEqual([]);
});

test("with skipInvalidRows the good rows stay, with ignoreUnknownValues strangers are dropped", async () => {
  const table = await newTable("id:INTEGER");
  await refusal(table, [{ id: 1 }, { id: "x" }], { skipInvalidRows: true });
  await table.insert([{ id: 2, nope: 1 }], { ignoreUnknownValues: true });
  expect(await rowsOf(table)).toEqual([{ id: 1 }, { id: 2 }]);
});

test("an insertId seen within a minute is not inserted again, and later it is", async () => {
  const table = await newTable("id:INTEGER");
  const insert = () => table.insert([{ insertId: "one", json: { id: 1 } }], { raw: true });
  await insert();
  now = new Date(now.getTime() + 59_000);
  await insert();
  expect(await rowsOf(table)).toHaveLength(1);
  now = new Date(now.getTime() + 60_000);
  await insert();
  expect(await rowsOf(table)).toHaveLength(2);
});

test("pages of a table's rows neither overlap nor miss one", async () => {
  const table = await newTable("id:INTEGER");
  await table.insert(Array.from({ length: 25 }, (_, id) => ({ id })));
  const pages: number[][] = [];
  let query: object | null = { maxResults: 10, autoPaginate: false };
  while (query) {
    const [rows, next]: [{ id: number }[], object | null] = (await table.getRows(query)) as never;
    pages.push(rows.map((row) => row.id));
    query = next;
  }
  expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
  expect(pages.flat()).toEqual(Array.from({ length: 25 }, (_, id) => id));
});

test("NDJSON is loaded, gzipped or not, and appended by default", async () => {
  const table = await newTable("id:INTEGER,ts:TIMESTAMP,tags:STRING");
  const line = (id: number) => JSON.stringify({ id, ts: "2026-02-01 00:00:00 UTC", tags: null });
  const text = Array.from({ length: 1000 }, (_, id) => line(id)).join("\n");
  const metadata = { sourceFormat: "NEWLINE_DELIMITED_JSON" };
  const [job] = await table.load(fileOf("a.json", text), metadata);
  expect(job).toMatchObject({ status: { state: "DONE" }, statistics: { load: { outputRows: "1000" } } });
  await table.load(fileOf("a.json.gz", gzipSync(text)), metadata);
  const [{ numRows }] = await table.getMetadata();
  expect(numRows).toBe("2000");
});

test("a load job makes its table, and WRITE_TRUNCATE replaces rows", async () => {
  const table = dataset.table("loaded");
  const metadata = {
    sourceFormat: "NEWLINE_DELIMITED_JSON",
    schema: { fields: [{ name: "a", type: "STRING" }] },
  };
  await table.load(fileOf("b.json", '{"a":"1"}\n{"a":"2"}\n'), metadata);
  await table.load(fileOf("c.json", '{"a":"3"}\n'), { ...metadata, writeDisposition: "WRITE_TRUNCATE" });
  expect(await rowsOf(table)).toEqual([{ a: "3" }]);
  const empty = table.load(fileOf("d.json", '{"a":"4"}\n'), { ...metadata, writeDisposition: "WRITE_EMPTY" });
  await expect(empty).rejects.toThrow("Already Exists: Table hulken:shop.loaded");
});

test("CSV is loaded with quotes, line ends in cells, headers and NULLs", async () => {
  const table = await newTable("id:INTEGER,name:STRING,day:DATE");
  const text = 'id,name,day\r\n1,"a ""b"", c\nd",2026-02-01\r\n2,,\n3,"",2026-02-03';
  await table.load(fileOf("e.csv", text), { sourceFormat: "CSV", skipLeadingRows: 1 });
  expect(JSON.parse(JSON.stringify(await rowsOf(table)))).toEqual([
    { id: 1, name: 'a "b", c\nd', day: { value: "2026-02-01" } },
    { id: 2, name: null, day: null },
    { id: 3, name: "", day: { value: "2026-02-03" } },
  ]);
});

test("a bad record fails the load and leaves nothing, unless bad records are allowed", async () => {
  const table = await newTable("id:INTEGER");
  const file = fileOf("f.json", '{"id":1}\n{"id":"x"}\n');
  await expect(table.load(file, { sourceFormat: "NEWLINE_DELIMITED_JSON" })).rejects.toThrow(
    "Error while reading data, error message: JSON parsing error in row starting at position 9: " +
      "Cannot convert value to integer (bad value): x",
  );
  expect(await rowsOf(table)).toEqual([]);
  await table.load(file, { sourceFormat: "NEWLINE_DELIMITED_JSON", maxBadRecords: 1 });
  expect(await rowsOf(table)).toEqual([{ id: 1 }]);
});

test("a resumable upload in several chunks is one file", async () => {
  const table = await newTable("id:INTEGER");
  const path = `/upload/bigquery/v2/projects/hulken/jobs?uploadType=resumable`;
  const load = {
    destinationTable: { projectId: "hulken", datasetId: "shop", tableId: table.id },
    sourceFormat: "NEWLINE_DELIMITED_JSON",
  };
  const started = await fetch(local.url + path, {
    method: "POST",
    body: JSON.stringify({ configuration: { load } }),
  });
  const session = started.headers.get("location") ?? "";
  const send = (body: string, range: string) =>
    fetch(session, { method: "PUT", body, headers: { "content-range": range } });
  const first = await send('{"id":1}\n{"i', "bytes 0-11/18");
  expect(first.status).toBe(308);
  expect(first.headers.get("range")).toBe("bytes=0-11");
  const last = await send('d":2}\n', "bytes 12-17/18");
  expect(last.status).toBe(200);
  const { jobReference } = (await last.json()) as { jobReference: { jobId: string } };
  await bigquery.job(jobReference.jobId).promise();
  expect(await rowsOf(table)).toEqual([{ id: 1 }, { id: 2 }]);
});

test("a table is copied with its rows and layout", async () => {
  const table = await newTable("id:INTEGER");
  await bigquery.query(`INSERT INTO shop.${table.id} (id) VALUES (1), (2)`);
  await table.copy(dataset.table("copied"));
  expect(await rowsOf(dataset.table("copied"))).toEqual([{ id: 1 }, { id: 2 }]);
});
