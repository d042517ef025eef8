import type { BigQuery } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;

beforeAll(async () => {
  local = await startLocalBigQuery();
  bigquery = local.client();
});
afterAll(() => local.close());

let count = 0;
const newDataset = async (options: { location?: string; labels?: Record<string, string> } = {}) => {
  const [dataset] = await bigquery.createDataset(`d${++count}`, options);
  return dataset;
};

test("a dataset keeps its location and labels, and cannot be made twice", async () => {
  const dataset = await newDataset({ location: "EU", labels: { team: "ads" } });
  const [metadata] = await dataset.getMetadata();
  expect(metadata).toMatchObject({ location: "EU", labels: { team: "ads" } });
  await expect(bigquery.createDataset(dataset.id ?? "")).rejects.toMatchObject({
    code: 409,
    message: `Already Exists: Dataset hulken:${dataset.id}`,
  });
});

test("datasets are listed and narrowed by label", async () => {
  const marked = await newDataset({ labels: { mark: "yes" } });
  const unmarked = await newDataset();
  const ids = async (filter?: string) =>
    (await bigquery.getDatasets(filter ? { filter } : {}))[0].map(({ id }) => id);
  expect(await ids()).toEqual(expect.arrayContaining([marked.id, unmarked.id]));
  expect(await ids("labels.mark:yes")).toEqual([marked.id]);
});

test("a dataset with tables is deleted only by force", async () => {
  const dataset = await newDataset();
  await dataset.createTable("t", { schema: "a:STRING" });
  await expect(dataset.delete()).rejects.toMatchObject({
    code: 400,
    message: `Dataset hulken:${dataset.id} is still in use`,
  });
  await dataset.delete({ force: true });
  expect(await dataset.exists()).toEqual([false]);
});

test("a table keeps everything it was made with", async () => {
  const dataset = await newDataset();
  const [table] = await dataset.createTable("events", {
    schema: [
      { name: "id", type: "INT64", mode: "REQUIRED" },
      { name: "ts", type: "TIMESTAMP", description: "when" },
      { name: "tags", type: "STRING", mode: "REPEATED" },
      { name: "address", type: "STRUCT", fields: [{ name: "city", type: "STRING" }] },
    ],
    timePartitioning: { type: "DAY", field: "ts" },
    clustering: { fields: ["id"] },
    labels: { a: "b" },
    description: "Events",
    requirePartitionFilter: true,
  });
  const [metadata] = await table.getMetadata();
  expect(metadata).toMatchObject({
    type: "TABLE",
    description: "Events",
    labels: { a: "b" },
    numRows: "0",
    numBytes: "0",
    location: "US",
    creationTime: String(Date.parse("2026-02-08T12:00:00Z")),
    lastModifiedTime: String(Date.parse("2026-02-08T12:00:00Z")),
    timePartitioning: { type: "DAY", field: "ts" },
    clustering: { fields: ["id"] },
    requirePartitionFilter: true,
    schema: {
      fields: [
        { name: "id", type: "INTEGER", mode: "REQUIRED" },
        { name: "ts", type: "TIMESTAMP", mode: "NULLABLE", description: "when" },
        { name: "tags", type: "STRING", mode: "REPEATED" },
        { name: "address", type: "RECORD", mode: "NULLABLE", fields: [{ name: "city", type: "STRING" }] },
      ],
    },
  });
});

test("tables are listed by name, a page at a time", async () => {
  const dataset = await newDataset();
  for (const id of ["c", "a", "b"]) await dataset.createTable(id, { schema: "x:STRING" });
  const [page, next] = await dataset.getTables({ maxResults: 2, autoPaginate: false });
  expect(page.map((table) => table.id)).toEqual(["a", "b"]);
  const [rest, end] = await dataset.getTables({ ...next, autoPaginate: false });
  expect(rest.map((table) => table.id)).toEqual(["c"]);
  expect(end).toBeNull();
});

test("what is missing is missing in BigQuery's words", async () => {
  const dataset = await newDataset();
  expect(await dataset.table("nope").exists()).toEqual([false]);
  await expect(dataset.table("nope").getMetadata()).rejects.toMatchObject({
    code: 404,
    message: `Not found: Table hulken:${dataset.id}.nope`,
  });
  await expect(bigquery.dataset("nowhere").getMetadata()).rejects.toMatchObject({
    code: 404,
    message: "Not found: Dataset hulken:nowhere",
  });
});

test("a table's labels are patched one by one, its description replaced", async () => {
  const dataset = await newDataset();
  const [table] = await dataset.createTable("t", { schema: "a:STRING", labels: { keep: "1", drop: "1" } });
  await table.setMetadata({ labels: { drop: null as never, add: "2" }, description: "new" });
  const [metadata] = await table.getMetadata();
  expect(metadata).toMatchObject({ labels: { keep: "1", add: "2" }, description: "new" });
  expect(metadata.labels).not.toHaveProperty("drop");
});

test("a patch may add a column and never remove one or change its type", async () => {
  const dataset = await newDataset();
  const [table] = await dataset.createTable("t", { schema: "a:STRING" });
  await table.insert([{ a: "old" }]);
  await table.setMetadata({
    schema: {
      fields: [
        { name: "a", type: "STRING" },
        { name: "b", type: "INT64" },
      ],
    },
  });
  await table.insert([{ a: "new", b: 2 }]);
  const [rows] = await table.getRows();
  expect(rows).toEqual([
    { a: "old", b: null },
    { a: "new", b: 2 },
  ]);
  const patch = (fields: object[]) => table.setMetadata({ schema: { fields } });
  await expect(patch([{ name: "a", type: "STRING" }])).rejects.toThrow("Field b is missing in new schema");
  await expect(
    patch([
      { name: "a", type: "DATE" },
      { name: "b", type: "INT64" },
    ]),
  ).rejects.toThrow("Field a has changed type from STRING to DATE");
});

test("what is not covered is refused by name", async () => {
  const dataset = await newDataset();
  const create = (metadata: object) => dataset.createTable("t", metadata);
  await expect(create({ schema: [{ name: "g", type: "GEOGRAPHY" }] })).rejects.toThrow(
    "not supported by the local BigQuery: column type GEOGRAPHY",
  );
  await expect(create({ schema: "a:STRING", timePartitioning: { type: "DAY" } })).rejects.toThrow(
    "not supported by the local BigQuery: ingestion-time partitioning",
  );
  await expect(dataset.getRoutines()).rejects.toMatchObject({ code: 501 });
});

test("every form of the address answers", async () => {
  for (const prefix of ["", "/bigquery/v2", "/bigquery/v2/bigquery/v2"]) {
    const response = await fetch(`${local.url}${prefix}/projects/hulken/datasets`);
    expect(response.status, prefix).toBe(200);
  }
  const unknown = await fetch(`${local.url}/elsewhere`);
  expect(unknown.status).toBe(404);
});

test("a body that is no JSON is a clear 400", async () => {
  const response = await fetch(`${local.url}/projects/hulken/datasets`, { method: "POST", body: "{" });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: { message: "The request body is not a JSON object.", errors: [{ reason: "invalid" }] },
  });
});
