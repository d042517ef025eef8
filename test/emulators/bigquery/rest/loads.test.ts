import type { BigQuery, Dataset, Job, Table } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;
let dataset: Dataset;

beforeAll(async () => {
  local = await startLocalBigQuery();
  bigquery = local.client();
  [dataset] = await bigquery.createDataset("stage");
});
afterAll(() => local.close());

const SCHEMA = {
  fields: [
    { name: "row_key", type: "STRING" },
    { name: "seen_at", type: "TIMESTAMP" },
  ],
};
const KEYS = { fields: [{ name: "row_key", type: "STRING" }] };
const row = (i: number) =>
  `${JSON.stringify({ row_key: `k${i}`, seen_at: `2026-02-05 12:00:00.${String(i).padStart(6, "0")}+00` })}\n`;

/** Streams lines into a load job, as one request of unknown length. */
const load = (table: Table, lines: Iterable<string>, options: object = {}) =>
  new Promise<Job>((resolve, reject) => {
    const stream = table.createWriteStream({
      sourceFormat: "NEWLINE_DELIMITED_JSON",
      schema: SCHEMA,
      writeDisposition: "WRITE_TRUNCATE",
      createDisposition: "CREATE_IF_NEEDED",
      ...options,
    });
    stream.on("error", reject).on("complete", resolve);
    const write = async () => {
      for (const line of lines) {
        if (!stream.write(line)) await new Promise((drained) => stream.once("drain", drained));
      }
      stream.end();
    };
    write().catch(reject);
  });
function* rows(count: number, last = "") {
  for (let i = 0; i < count; i++) yield row(i);
  if (last) yield last;
}
const rowsOf = async (sql: string) => (await bigquery.query(sql))[0];

test("a hundred thousand rows in one stream, whole and with microseconds", async () => {
  const table = dataset.table("many");
  const job = await load(table, rows(100_000));
  expect(job.metadata).toMatchObject({
    status: { state: "DONE" },
    statistics: { load: { outputRows: "100000" } },
  });
  const [found] = await rowsOf(
    `SELECT COUNT(*) AS n, COUNT(DISTINCT row_key) AS keys, CAST(MAX(seen_at) AS STRING) AS last,
       CAST(MIN(seen_at) AS STRING) AS first FROM stage.many`,
  );
  expect(found).toEqual({
    n: 100_000,
    keys: 100_000,
    first: "2026-02-05 12:00:00+00",
    last: "2026-02-05 12:00:00.099999+00",
  });
}, 60_000);

test("WRITE_TRUNCATE replaces rows and schema; all else of the table stays", async () => {
  const [table] = await dataset.createTable("replaced", {
    schema: SCHEMA,
    timePartitioning: { field: "seen_at" },
    labels: { team: "ads" },
    description: "Replaced",
    expirationTime: String(Date.parse("2026-03-01T00:00:00Z")),
  });
  const wider = { fields: [...SCHEMA.fields, { name: "n", type: "INTEGER" }] };
  await load(table, ['{"row_key":"a","n":1}\n'], { schema: wider });
  expect(await rowsOf("SELECT * FROM stage.replaced")).toEqual([{ row_key: "a", seen_at: null, n: 1 }]);
  await load(table, ['{"row_key":"b"}\n'], { schema: SCHEMA });
  expect(await rowsOf("SELECT * FROM stage.replaced")).toEqual([{ row_key: "b", seen_at: null }]);
  expect((await table.getMetadata())[0]).toMatchObject({
    numRows: "1",
    timePartitioning: { field: "seen_at", type: "DAY" },
    labels: { team: "ads" },
    description: "Replaced",
    expirationTime: String(Date.parse("2026-03-01T00:00:00Z")),
  });
  await expect(load(table, [], { timePartitioning: { field: "seen_at", type: "MONTH" } })).rejects.toThrow(
    "Incompatible table partitioning specification. Expects partitioning specification interval(type:day,field:seen_at)",
  );
});

test("a load that fails leaves the table as it was, or leaves none", async () => {
  const table = dataset.table("spared");
  await load(table, rows(3));
  const [before] = await table.getMetadata();
  for (const writeDisposition of ["WRITE_TRUNCATE", "WRITE_APPEND"]) {
    const failing = load(table, rows(12_000, '{"row_key":"x","seen_at":"soon"}\n'), { writeDisposition });
    await expect(failing).rejects.toThrow("Could not parse 'soon' as a timestamp");
  }
  const otherSchema = load(table, ['{"other":"x"}\n{\n'], {
    schema: { fields: [{ name: "other", type: "STRING" }] },
  });
  await expect(otherSchema).rejects.toThrow("JSON parsing error in row starting at position 14");
  expect((await table.getMetadata())[0]).toEqual(before);
  expect(await rowsOf("SELECT COUNT(*) AS n FROM stage.spared")).toEqual([{ n: 3 }]);
  await expect(load(dataset.table("unmade"), ["{\n"])).rejects.toThrow("JSON parsing error");
  expect(await dataset.table("unmade").exists()).toEqual([false]);
});

test("queries meanwhile see the rows before or the rows after", async () => {
  const table = dataset.table("switched");
  const generation = (size: number) => load(table, rows(size));
  await generation(100);
  const loading = Promise.all([generation(30_000), generation(100)]);
  const seen = new Set<number>();
  let ended = false;
  void loading.finally(() => {
    ended = true;
  });
  while (!ended) seen.add((await rowsOf("SELECT COUNT(*) AS n FROM stage.switched"))[0].n);
  await loading;
  expect([...seen].filter((n) => n !== 100 && n !== 30_000)).toEqual([]);
}, 60_000);

test("an empty stream makes an empty table, empties a full one, and adds nothing", async () => {
  const table = dataset.table("empty");
  await load(table, []);
  expect((await table.getMetadata())[0]).toMatchObject({ numRows: "0", schema: SCHEMA });
  await load(table, rows(2));
  await load(table, [], { writeDisposition: "WRITE_APPEND" });
  expect((await table.getMetadata())[0].numRows).toBe("2");
  const job = await load(table, []);
  expect(job.metadata.statistics.load.outputRows).toBe("0");
  expect((await table.getMetadata())[0].numRows).toBe("0");
});

test("a job id is used once", async () => {
  const table = dataset.table("once");
  const job = await load(table, rows(1), { jobId: "hash-orders-1" });
  expect(job.id).toBe("hash-orders-1");
  await expect(load(table, rows(2), { jobId: "hash-orders-1" })).rejects.toMatchObject({
    code: 409,
    message: "Already Exists: Job hulken:US.hash-orders-1",
  });
  expect((await table.getMetadata())[0].numRows).toBe("1");
  const prefixed = await load(table, rows(1), { jobPrefix: "hash-" });
  expect(prefixed.id).toMatch(/^hash-.{36}$/);
});

test("rows are appended only under the table's own schema", async () => {
  const table = dataset.table("strict");
  await load(table, rows(1));
  const append = (fields: object[]) =>
    load(table, [], { writeDisposition: "WRITE_APPEND", schema: { fields } });
  const mismatch = "Provided Schema does not match Table hulken:stage.strict. ";
  await expect(append(KEYS.fields)).rejects.toThrow(`${mismatch}Field seen_at is missing in new schema`);
  await expect(append([...SCHEMA.fields, { name: "n", type: "INTEGER" }])).rejects.toThrow(
    `${mismatch}Cannot add fields (field: n)`,
  );
  await expect(append([...KEYS.fields, { name: "seen_at", type: "DATE" }])).rejects.toThrow(
    `${mismatch}Field seen_at has changed type from TIMESTAMP to DATE`,
  );
  await append(SCHEMA.fields);
  const noTable = load(dataset.table("never"), [], { createDisposition: "CREATE_NEVER" });
  await expect(noTable).rejects.toThrow("Not found: Table hulken:stage.never");
  await expect(load(table, [], { schemaUpdateOptions: ["ALLOW_FIELD_ADDITION"] })).rejects.toThrow(
    "not supported by the local BigQuery: schemaUpdateOptions",
  );
});

test("a chunk sent again is taken once, a gap is refused", async () => {
  const started = await fetch(`${local.url}/upload/bigquery/v2/projects/hulken/jobs?uploadType=resumable`, {
    method: "POST",
    body: JSON.stringify({
      configuration: {
        load: {
          destinationTable: { projectId: "hulken", datasetId: "stage", tableId: "chunks" },
          sourceFormat: "NEWLINE_DELIMITED_JSON",
          schema: KEYS,
        },
      },
    }),
  });
  const session = started.headers.get("location") ?? "";
  const text = '{"row_key":"a"}\n{"row_key":"b"}\n';
  const send = (from: number, to: number, total: string) =>
    fetch(session, {
      method: "PUT",
      body: text.slice(from, to),
      headers: { "content-range": `bytes ${from}-${to - 1}/${total}` },
    });
  expect((await send(0, 10, "*")).headers.get("range")).toBe("bytes=0-9");
  expect((await send(12, 20, "*")).status).toBe(400);
  expect((await send(5, 20, "*")).headers.get("range")).toBe("bytes=0-19");
  const last = await send(20, text.length, String(text.length));
  const { jobReference } = (await last.json()) as { jobReference: { jobId: string } };
  await bigquery.job(jobReference.jobId).promise();
  expect(await rowsOf("SELECT row_key FROM stage.chunks ORDER BY 1")).toEqual([
    { row_key: "a" },
    { row_key: "b" },
  ]);
});

test("jobs.list and INFORMATION_SCHEMA.JOBS show a load as a load, without a query", async () => {
  await load(dataset.table("logged"), rows(1), { jobId: "logged-1" });
  await expect(load(dataset.table("logged"), ["{\n"], { jobId: "logged-2" })).rejects.toThrow();
  const [jobs] = await bigquery.getJobs();
  expect(jobs.find(({ id }) => id === "logged-1")?.metadata).toMatchObject({
    configuration: { jobType: "LOAD", load: { destinationTable: { tableId: "logged" } } },
    status: { state: "DONE" },
    statistics: { load: { outputRows: "1" } },
  });
  const logged = await rowsOf(
    `SELECT job_id, job_type, statement_type, query, state, error_result.reason AS reason,
       destination_table.table_id AS table_id, total_bytes_billed
     FROM \`region-us\`.INFORMATION_SCHEMA.JOBS WHERE job_id LIKE 'logged-%' ORDER BY 1`,
  );
  const common = {
    job_type: "LOAD",
    statement_type: null,
    query: null,
    state: "DONE",
    table_id: "logged",
    total_bytes_billed: null,
  };
  expect(logged).toEqual([
    { job_id: "logged-1", reason: null, ...common },
    { job_id: "logged-2", reason: "invalid", ...common },
  ]);
});
