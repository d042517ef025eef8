import type { BigQuery, Dataset, Job, Query } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;
let dataset: Dataset;

beforeAll(async () => {
  local = await startLocalBigQuery();
  bigquery = local.client();
  [dataset] = await bigquery.createDataset("ops");
});
afterAll(() => local.close());

const rowsOf = async (query: string) => (await bigquery.query(query))[0];
/** Runs DML; the number of rows it changed. */
const changed = async (query: string | Query) => {
  const [job] = await bigquery.createQueryJob(query);
  await job.promise();
  return Number(job.metadata.statistics.query.numDmlAffectedRows);
};

test("pages of a large result neither overlap nor miss a row, and the query runs once", async () => {
  const before = local.engine.jobs.length;
  const [job] = await bigquery.createQueryJob({
    query: "SELECT i, GENERATE_UUID() AS once FROM UNNEST(GENERATE_ARRAY(1, 120000)) AS i ORDER BY i",
  });
  let query: object | null = { maxResults: 25_000, autoPaginate: false };
  const first: string[] = [];
  const sizes: number[] = [];
  let expected = 1;
  while (query) {
    const [rows, next]: [{ i: number; once: string }[], object | null] = (await job.getQueryResults(
      query,
    )) as never;
    first.push(rows[0]?.once ?? "");
    sizes.push(rows.length);
    expect(rows.every(({ i }) => i === expected++)).toBe(true);
    query = next;
  }
  expect(sizes).toEqual([25_000, 25_000, 25_000, 25_000, 20_000]);
  for (const [page, once] of first.entries()) {
    const again = { startIndex: String(page * 25_000), maxResults: 1, autoPaginate: false };
    expect((await job.getQueryResults(again))[0]).toMatchObject([{ once }]);
  }
  expect(local.engine.jobs.length).toBe(before + 1);
}, 60_000);

test("hashes are staged through a stream and take the place of what they hash, once", async () => {
  await rowsOf(`CREATE TABLE ops.orders AS
    SELECT i AS id, CONCAT('person', CAST(i AS STRING), '@example.com') AS email, CAST(NULL AS STRING) AS digest,
      TIMESTAMP_ADD(TIMESTAMP '2026-02-05 12:00:00.000001+00', INTERVAL i MICROSECOND) AS seen
    FROM UNNEST(GENERATE_ARRAY(1, 1000)) AS i`);
  const due = await rowsOf(
    "SELECT id, CAST(seen AS STRING) AS seen FROM ops.orders WHERE digest IS NULL AND id > 10 ORDER BY id",
  );
  const [staged] = await dataset.createTable("staged", {
    schema: "id:INTEGER,seen:TIMESTAMP,digest:STRING,attempt:INTEGER",
    expirationTime: String(Date.parse("2026-02-09T00:00:00Z")),
  });
  const lines = due.flatMap(({ id, seen }) =>
    [1, 2].map((attempt) => JSON.stringify({ id, seen, digest: `d${id}-${attempt}`, attempt })),
  );
  await new Promise<Job>((resolve, reject) => {
    staged
      .createWriteStream({ sourceFormat: "NEWLINE_DELIMITED_JSON", writeDisposition: "WRITE_TRUNCATE" })
      .on("error", reject)
      .on("complete", resolve)
      .end(lines.join("\n"));
  });
  const replace = `UPDATE ops.orders AS o SET digest = s.digest, email = NULL
    FROM (SELECT * FROM ops.staged WHERE TRUE QUALIFY ROW_NUMBER() OVER (PARTITION BY id, seen ORDER BY attempt DESC) = 1) AS s
    WHERE o.id = s.id AND o.seen = s.seen AND o.digest IS NULL`;
  expect(await changed(replace)).toBe(990);
  expect(await changed(replace)).toBe(0);
  const registered = `INSERT INTO ops.registry (digest, first_seen)
    SELECT o.digest, MIN(o.seen) FROM ops.orders AS o
    WHERE o.digest IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ops.registry AS r WHERE r.digest = o.digest) GROUP BY 1`;
  await rowsOf("CREATE TABLE ops.registry (digest STRING, first_seen TIMESTAMP)");
  expect(await changed(registered)).toBe(990);
  expect(await changed(registered)).toBe(0);
  const met = `UPDATE ops.orders AS o SET digest = 'seen'
    WHERE EXISTS (SELECT 1 FROM ops.staged AS s WHERE s.id = o.id AND s.attempt = @attempt) AND o.id < @below`;
  expect(await changed({ query: met, params: { attempt: 2, below: 20 } })).toBe(9);
  expect(
    await rowsOf(
      `SELECT COUNT(DISTINCT IF(email IS NULL, digest, NULL)) AS digests, COUNTIF(email IS NOT NULL) AS open,
         MAX(IF(id = 1000, digest, NULL)) AS last FROM ops.orders`,
    ),
  ).toEqual([{ digests: 982, open: 10, last: "d1000-2" }]);
});
