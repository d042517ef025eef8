import { afterAll, beforeAll, expect, test } from "vitest";
import { checkPii } from "../../../../functions/checks/pii/check.ts";
import { openWorld, type World } from "../../../../infra/local/world/open.ts";
import { noon } from "../../../support/a-source.ts";
import { startWarehouse, type TestWarehouse } from "../../../support/a-warehouse.ts";

/** Rows of each table of the demo: enough to have every form that its generator writes. */
const rowsPerTable = 300;

let world: World;
let bigquery: TestWarehouse;
beforeAll(async () => {
  world = await openWorld();
  bigquery = await startWarehouse("hulken", world.file);
  const client = bigquery.client();
  await client.createDataset("sampled", { location: "US" });
  for (const dataset of ["ads_data", "analytics_334792038"]) {
    const [tables] = await client.query(
      `SELECT table_id FROM \`hulken.${dataset}.__TABLES__\` WHERE type = 1`,
    );
    for (const { table_id } of dataset === "ads_data" ? tables : tables.slice(0, 2)) {
      await client.query(
        `CREATE TABLE sampled.${table_id} AS SELECT * FROM \`hulken.${dataset}.${table_id}\` LIMIT ${rowsPerTable}`,
      );
    }
  }
}, 120_000);
afterAll(async () => {
  await bigquery?.close();
  await world?.discard();
});

test("nothing in the demo looks like an address or a number that is none", { timeout: 120_000 }, async () => {
  const scope = {
    datasets: ["hulken.sampled"],
    leftOut: [],
    hashColumns: ["hulken.sampled.shopify_live_customers_clean.email_hash"],
    hashesOfNothing: [],
    canaries: { plain: [], unsalted: [] },
  };
  const verdicts = await checkPii(scope, bigquery.open(), noon);
  expect(verdicts).toHaveLength(51);
  expect(verdicts.filter(({ status }) => status !== "ok")).toEqual([]);
  expect(verdicts.reduce((rows, { search }) => rows + (search?.rows ?? 0), 0)).toBeGreaterThan(5_000);
});
