import { afterAll, beforeAll, expect, test } from "vitest";
import { digestsOf } from "../../../functions/checks/pii-search/digest.ts";
import { searchForPii } from "../../../functions/checks/pii-search/search-datasets.ts";
import type { Verdict } from "../../../functions/checks/pii-search/types.ts";
import { SHOPIFY } from "../../../infra/local/world/figures.ts";
import { PLANTED, PLANTED_TEXT } from "../../../infra/local/world/planted.ts";
import { type Demo, timeoutMs } from "../../support/a-demo.ts";
import { noon } from "../../support/a-source.ts";

/** Before the function's first tick the live Shopify tables hold what people gave; nothing else does. */
const live = ["shopify_live_customers", "shopify_live_orders"];

/** Rows of each other table of the demo: enough to have every form that its generator writes. */
const rowsPerTable = 300;

export function beforeTheFirstTick(demo: () => Demo): void {
  let verdicts: readonly Verdict[];
  beforeAll(async () => {
    const client = demo().google();
    // Labelled as the bundle's own: otherwise the dedup views would be told that somebody reads raw tables.
    const run = (query: string) => client.query({ query, labels: { plumbline_function: "test" } });
    await client.createDataset("sampled", { location: "US" });
    for (const dataset of ["ads_data", "analytics_334792038"]) {
      const [tables] = await run(`SELECT table_id FROM \`hulken.${dataset}.__TABLES__\` WHERE type = 1`);
      for (const { table_id } of dataset === "ads_data" ? tables : tables.slice(0, 2)) {
        const some = live.includes(table_id) ? "" : `LIMIT ${rowsPerTable}`;
        await run(
          `CREATE TABLE sampled.${table_id} AS SELECT * FROM \`hulken.${dataset}.${table_id}\` ${some}`,
        );
      }
    }
    const scope = {
      datasets: ["hulken.sampled"],
      leftOut: [],
      hashColumns: [],
      hashesOfNothing: [],
      canaries: digestsOf(JSON.parse(PLANTED_TEXT)),
    };
    verdicts = await searchForPii(scope, demo().open(), noon);
  }, timeoutMs);
  afterAll(() => demo().google().dataset("sampled").delete({ force: true }));

  const found = (table: string) => {
    const verdict = verdicts.find(({ subject }) => subject === `hulken.sampled.${table}`);
    return verdict?.findings.map(({ code, path, count }) => `${code} ${path} ${count}`);
  };

  test("everybody in the live tables is found, by address and by number, the planted people among them", () => {
    const { liveOrders, liveCustomers, customersWithoutPhone } = SHOPIFY;
    const planted = PLANTED.length;
    const withAccount = PLANTED.filter(({ asCustomer }) => asCustomer !== null).length;
    expect(found("shopify_live_orders")).toEqual([
      `canary_plain email ${planted}`,
      `canary_plain phone ${planted}`,
      `plaintext_email email ${liveOrders}`,
      `plaintext_phone phone ${liveOrders}`,
    ]);
    expect(found("shopify_live_customers")).toEqual([
      `canary_plain email ${withAccount}`,
      `canary_plain phone ${withAccount}`,
      `plaintext_email email ${liveCustomers}`,
      `plaintext_phone phone ${liveCustomers - customersWithoutPhone}`,
    ]);
  });

  test("nothing else in the demo looks like an address or a number that is none", () => {
    expect(verdicts).toHaveLength(49);
    const notOk = verdicts.filter(({ status }) => status !== "ok").map(({ subject }) => subject);
    expect(notOk).toEqual(live.map((table) => `hulken.sampled.${table}`));
    expect(verdicts.reduce((rows, { search }) => rows + (search?.rows ?? 0), 0)).toBeGreaterThan(
      5_000 + 23_000,
    );
  });
}
