import type { BigQuery } from "@google-cloud/bigquery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

let local: LocalBigQuery;
let bigquery: BigQuery;
let now = new Date("2026-02-08T12:00:00Z");

beforeAll(async () => {
  local = await startLocalBigQuery({ clock: () => now });
  bigquery = local.client();
  for (const name of ["ads_data", "secret"]) {
    const [dataset] = await bigquery.createDataset(name);
    await dataset.createTable("x", { schema: "id:INTEGER" });
  }
});
afterAll(() => local.close());

/** Code, reason and message of what a query is refused with. */
const refusal = async (query: string, options: object = {}) => {
  const error = await bigquery.query({ query, ...options }).then(
    () => undefined,
    (thrown) => thrown,
  );
  return { code: error?.code, reason: error?.errors?.[0]?.reason, message: error?.message };
};

test("a syntax error and an unknown column are told with line and column", async () => {
  expect(await refusal("SELECT 1 +")).toMatchObject({
    code: 400,
    reason: "invalidQuery",
    message: expect.stringMatching(/^Syntax error: .* at \[1:11\]$/),
  });
  expect(await refusal("SELECT\n  nope FROM ads_data.x")).toEqual({
    code: 400,
    reason: "invalidQuery",
    message: "Unrecognized name: nope at [2:3]",
  });
});

test("a missing table and a missing dataset are 404 in BigQuery's words", async () => {
  expect(await refusal("SELECT 1 FROM ads_data.nope")).toEqual({
    code: 404,
    reason: "notFound",
    message: "Not found: Table hulken:ads_data.nope was not found in location US",
  });
  expect(await refusal("SELECT 1 FROM nowhere.x")).toEqual({
    code: 404,
    reason: "notFound",
    message: "Not found: Dataset hulken:nowhere was not found in location US",
  });
});

test("a job in another location than its dataset does not find it", async () => {
  expect(await refusal("SELECT 1 FROM ads_data.x", { location: "EU" })).toEqual({
    code: 404,
    reason: "notFound",
    message: "Not found: Dataset hulken:ads_data was not found in location EU",
  });
  expect((await refusal("SELECT 1 FROM ads_data.x", { location: "US" })).message).toBeUndefined();
});

test("a dataset without the right to read it answers 403, and 200 once it is given back", async () => {
  local.engine.denyAccess("hulken.secret");
  expect(await refusal("SELECT id FROM secret.x")).toEqual({
    code: 403,
    reason: "accessDenied",
    message:
      "Access Denied: Table hulken:secret.x: User does not have permission to query table hulken:secret.x, or perhaps it does not exist.",
  });
  expect((await refusal("SELECT id FROM ads_data.x")).message).toBeUndefined();
  await expect(bigquery.dataset("secret").table("x").getRows()).rejects.toMatchObject({ code: 403 });
  local.engine.allowAccess("hulken.secret");
  expect((await refusal("SELECT id FROM secret.x")).message).toBeUndefined();
});

test("an error while running fails the job in the API's shape", async () => {
  const { code, reason, message } = await refusal("SELECT 1 / id FROM (SELECT 0 AS id)");
  expect({ code, reason }).toEqual({ code: 400, reason: "invalidQuery" });
  expect(message).toMatch(/division by zero/);
});

test("legacy SQL and what else is not covered are refused by name", async () => {
  expect(await refusal("SELECT 1", { useLegacySql: true })).toMatchObject({
    code: 400,
    message: expect.stringContaining("not supported by the local BigQuery: legacy SQL"),
  });
  expect((await refusal("SELECT 1 FROM ads_data.INFORMATION_SCHEMA.ROUTINES")).message).toBe(
    "not supported by the local BigQuery: INFORMATION_SCHEMA.ROUTINES",
  );
});

test("rows streamed in the last half hour refuse UPDATE, DELETE and MERGE, and no INSERT", async () => {
  const [table] = await bigquery.dataset("ads_data").createTable("live", { schema: "id:INTEGER" });
  await table.insert([{ id: 1 }]);
  const update = "UPDATE ads_data.live SET id = 2 WHERE true";
  const refused = {
    code: 400,
    reason: "invalidQuery",
    message:
      "UPDATE or DELETE statement over table hulken.ads_data.live would affect rows in the streaming buffer, which is not supported",
  };
  expect(await refusal(update)).toEqual(refused);
  expect(await refusal("DELETE FROM ads_data.live WHERE true")).toEqual(refused);
  const merge = await refusal(
    "MERGE ads_data.live t USING (SELECT 1 AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE",
  );
  expect(merge.message).toContain("would affect rows in the streaming buffer");
  expect((await refusal("INSERT INTO ads_data.live (id) VALUES (5)")).message).toBeUndefined();
  now = new Date(now.getTime() + 30 * 60_000);
  expect((await refusal(update)).message).toBeUndefined();
});
