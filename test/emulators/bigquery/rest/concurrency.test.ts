import type { BigQuery } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;

beforeAll(async () => {
  local = await startLocalBigQuery();
  bigquery = local.client();
  await bigquery.createDataset("ops");
});
afterAll(() => local.close());

/** Rows a statement changed. */
const affected = async (query: string, params: object) => {
  const [job] = await bigquery.createQueryJob({ query, params });
  await job.getQueryResults();
  const [metadata] = await job.getMetadata();
  return Number(metadata.statistics.query.numDmlAffectedRows);
};

const RUNS = 24;

test("of many MERGEs that update one version at once, exactly one wins, as on BigQuery", async () => {
  await bigquery.query("CREATE TABLE ops.state (key STRING, version INT64, winner INT64)");
  await bigquery.query("INSERT INTO ops.state (key, version, winner) VALUES ('k', 1, -1)");
  const compareAndSet = `MERGE ops.state AS t
    USING (SELECT 'k' AS key, @me AS me) AS s ON t.key = s.key AND t.version = @expected
    WHEN MATCHED THEN UPDATE SET version = t.version + 1, winner = s.me`;
  for (let expected = 1; expected <= 3; expected++) {
    const counts = await Promise.all(
      Array.from({ length: RUNS }, (_, me) => affected(compareAndSet, { me, expected })),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    const [[row]] = await bigquery.query("SELECT version, winner FROM ops.state");
    expect(row).toEqual({ version: expected + 1, winner: counts.indexOf(1) });
  }
});

// BigQuery promises less: MERGEs that only insert do not conflict there, and all of them may insert. A claim
// must therefore be an UPDATE. See https://cloud.google.com/bigquery/docs/data-manipulation-language.
test("this engine runs MERGEs one after the other, even those that only insert; nothing may rely on it", async () => {
  await bigquery.query("CREATE TABLE ops.claims (id STRING, owner INT64)");
  const claim = `MERGE ops.claims AS t USING (SELECT @id AS id, @me AS owner) AS s ON t.id = s.id
    WHEN NOT MATCHED THEN INSERT (id, owner) VALUES (s.id, s.owner)`;
  const counts = await Promise.all(
    Array.from({ length: RUNS }, (_, me) => affected(claim, { id: "notice-1", me })),
  );
  expect(counts.filter((count) => count === 1)).toHaveLength(1);
  const [rows] = await bigquery.query("SELECT owner FROM ops.claims");
  expect(rows).toEqual([{ owner: counts.indexOf(1) }]);
});

test("increments at once are all counted", async () => {
  await bigquery.query("CREATE TABLE ops.counter (n INT64)");
  await bigquery.query("INSERT INTO ops.counter (n) VALUES (0)");
  await Promise.all(
    Array.from({ length: RUNS }, () => affected("UPDATE ops.counter SET n = n + 1 WHERE true", {})),
  );
  const [rows] = await bigquery.query("SELECT n FROM ops.counter");
  expect(rows).toEqual([{ n: RUNS }]);
});

test("a failed DML leaves the table as it was", async () => {
  await bigquery.query("CREATE TABLE ops.whole (n INT64)");
  await bigquery.query("INSERT INTO ops.whole (n) VALUES (1), (0)");
  await expect(
    bigquery.query("UPDATE ops.whole SET n = CAST(1 / n AS INT64) WHERE true"),
  ).rejects.toMatchObject({
    code: 400,
  });
  const [rows] = await bigquery.query("SELECT n FROM ops.whole ORDER BY n");
  expect(rows).toEqual([{ n: 0 }, { n: 1 }]);
});

test("tables made, filled, read and dropped at once do not disturb each other", async () => {
  await Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      await bigquery.query(
        `CREATE TABLE ops.t${i} AS SELECT x FROM UNNEST(GENERATE_ARRAY(1, ${i + 1})) AS x`,
      );
      const [rows] = await bigquery.query(`SELECT COUNT(*) AS n FROM ops.t${i}`);
      expect(rows).toEqual([{ n: i + 1 }]);
      await bigquery.query(`DROP TABLE ops.t${i}`);
    }),
  );
});
