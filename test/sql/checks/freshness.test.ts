import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkFreshness } from "../../../functions/checks/freshness/check-sources.ts";
import { gatherFrom } from "../../../functions/reconciliation/gather.ts";
import { parseWarehouseFile } from "../../../functions/shared/config/parse.ts";
import type { Source } from "../../../functions/shared/config/types.ts";
import { instantsOf } from "../../../functions/shared/instants.ts";
import { ago, aMoney, aSource, days, hours, noon } from "../../support/a-source.ts";
import { startWarehouse, type TestWarehouse } from "../../support/a-warehouse.ts";

/**
 * Every finding once more, seen in a warehouse: through Google's client, over SQL, with all the broken sources
 * beside the healthy ones in one run.
 */
let bigquery: TestWarehouse;

const literal = (instant: Date) => `TIMESTAMPTZ '${instant.toISOString()}'`;

async function makeTable(
  name: string,
  select: string,
  modified: Date,
  dataset = "shop.ads",
  created = ago(days(300)),
): Promise<void> {
  await bigquery.engine.createTable(
    `${dataset}.${name}`,
    {
      fields: [
        { name: "id", type: "INTEGER" },
        { name: "extracted_at", type: "TIMESTAMP" },
        { name: "day", type: "DATE" },
        { name: "spend", type: "NUMERIC" },
      ],
      partitionBy: { field: "extracted_at", type: "DAY" },
    },
    created,
  );
  if (select !== "") await bigquery.engine.appendSelect(`${dataset}.${name}`, select, modified);
}

/** A day's rows each noon until `last`, 10 days back, 100 of money a day, all rows delivered twice. */
const daily = (last: Date, day = "CAST(arrived AS DATE)") =>
  `SELECT n AS id, arrived AS extracted_at, ${day} AS day, 100 AS spend
   FROM (SELECT n, ${literal(last)} - to_days(CAST(n AS INTEGER)) AS arrived FROM range(11) AS days(n)), range(2) AS twice(t)`;

const source = (id: string, parts: Partial<Source> = {}) =>
  aSource({ id, table: { project: "shop", dataset: "ads", table: id }, ...parts });

const sources: Source[] = [
  source("healthy"),
  source("stale", {
    uniqueKey: ["id"],
    money: aMoney(),
  }),
  source("unpriced", {
    money: aMoney(),
  }),
  source("touched", { otherWriters: ["hasher"] }),
  source("resends"),
  source("from_the_future"),
  source("empty_table"),
  source("null_clock"),
  source("missing"),
  source("clockless_view", { arrival: null, businessDate: null }),
  source("fresh_view"),
  source("long_silent", { otherWriters: ["hasher"] }),
  source("shards", {
    table: { project: "shop", dataset: "ads", table: "events_*" },
    arrival: null,
    businessDate: "_TABLE_SUFFIX",
  }),
  source("no_such_column", { arrival: "loaded_at" }),
  source("forbidden", { table: { project: "shop", dataset: "secret", table: "forbidden" } }),
  source("elsewhere", { table: { project: "shop", dataset: "abroad", table: "elsewhere" } }),
  source("nowhere", { table: { project: "shop", dataset: "nowhere", table: "nowhere" } }),
  source("by_day_only", { arrival: null }),
];

const check = async (now = noon, all: readonly Source[] = sources) => {
  const warehouse = bigquery.open();
  const verdicts = await checkFreshness(all, { location: "US" }, warehouse, instantsOf(now, noon));
  return { warehouse, of: (id: string) => verdicts.find((verdict) => verdict.source.id === id) };
};

beforeAll(async () => {
  bigquery = await startWarehouse();
  const { engine } = bigquery;
  for (const [dataset, location] of [
    ["ads", "US"],
    ["secret", "US"],
    ["abroad", "EU"],
  ] as const) {
    await engine.createDataset(`shop.${dataset}`, { location, at: ago(days(300)) });
  }
  const fresh = daily(ago(hours(4)));
  await makeTable("healthy", fresh, ago(hours(4)));
  await makeTable("stale", daily(ago(days(6))), ago(days(6)));
  await makeTable(
    "unpriced",
    daily(ago(days(6))).replace("100 AS spend", "NULL::DECIMAL(38,9) AS spend"),
    ago(days(6)),
  );
  await makeTable("touched", daily(ago(hours(51))), ago(240_000));
  await makeTable(
    "resends",
    daily(ago(hours(8)), "least(CAST(arrived AS DATE), DATE '2026-02-05')"),
    ago(hours(8)),
  );
  await makeTable(
    "from_the_future",
    `${fresh} UNION ALL SELECT 99, ${literal(ago(-days(30)))}, DATE '2026-03-10', 1`,
    ago(hours(4)),
  );
  await makeTable("empty_table", "", ago(days(1)));
  await engine.touch("shop.ads.empty_table", ago(hours(1)));
  await makeTable(
    "null_clock",
    "SELECT 1 AS id, NULL::TIMESTAMPTZ AS extracted_at, NULL::DATE AS day, 1 AS spend",
    ago(hours(1)),
  );
  await makeTable("long_silent", daily(ago(days(90))), ago(60_000));
  await engine.createView("shop.ads.clockless_view", "SELECT id FROM `shop.ads.healthy`", ago(60_000));
  await engine.createView("shop.ads.fresh_view", "SELECT * FROM `shop.ads.healthy`", ago(days(200)));
  await makeTable("no_such_column", fresh, ago(hours(4)));
  await makeTable("by_day_only", fresh, ago(hours(4)));
  await makeTable("forbidden", fresh, ago(hours(4)), "shop.secret");
  engine.denyAccess("shop.secret");
  await makeTable("elsewhere", fresh, ago(hours(4)), "shop.abroad");
  for (const suffix of ["20260206", "20260207", "intraday_20260208"]) {
    await makeTable(`events_${suffix}`, fresh, ago(hours(20)), "shop.ads", ago(hours(20)));
  }
  await makeTable("events_20260208", "", ago(hours(1)));
});
afterAll(() => bigquery.close());

describe("one run over sources of every kind", () => {
  test.each([
    ["healthy", "ok", null, "arrival"],
    ["stale", "critical", "stale", "modified"],
    ["unpriced", "critical", "stale", "modified"],
    ["touched", "critical", "written_but_nothing_arrived", "arrival"],
    ["resends", "critical", "arrives_but_business_day_old", "business_date"],
    ["from_the_future", "warning", "arrival_in_future", "arrival"],
    ["empty_table", "unknown", "empty", null],
    ["null_clock", "unknown", "clock_null", null],
    ["missing", "unknown", "table_missing", null],
    ["clockless_view", "unknown", "no_content_clock", null],
    ["fresh_view", "ok", null, "arrival"],
    ["long_silent", "critical", "written_but_nothing_arrived", "arrival"],
    ["shards", "ok", null, "business_date"],
    ["no_such_column", "unknown", "not_checked", null],
    ["forbidden", "unknown", "no_permission", null],
    ["elsewhere", "unknown", "wrong_location", null],
    ["nowhere", "unknown", "table_missing", null],
    ["by_day_only", "ok", null, "business_date"],
  ])("%s is %s (%s), decided by %s", async (id, status, finding, decidedBy) => {
    const verdict = (await check()).of(id);
    expect({ status: verdict?.status, finding: verdict?.finding?.code ?? null }).toEqual({ status, finding });
    if (id !== "shards") expect(verdict?.decidedBy).toBe(decidedBy);
  });

  test("says when a source that has long been silent had its last row", async () => {
    expect((await check()).of("long_silent")?.arrival).toEqual(ago(days(90)));
  });

  test("takes the newest shard with rows, and no intraday one", async () => {
    expect((await check()).of("shards")?.businessDate).toBe("2026-02-07");
  });

  test("counts each fact's money once, over complete days", async () => {
    const stale = (await check()).of("stale");
    expect(stale?.notes).toEqual([]);
    expect(stale?.impact).toMatchObject({ amount: 600, low: 600, high: 600, currency: "USD" });
  });

  test("a source whose money cannot be read has no price, says so, and stops no other", async () => {
    const { of } = await check();
    expect(of("unpriced")).toMatchObject({ status: "critical", impact: null });
    expect(of("unpriced")?.notes).toEqual(["11 days before it became stale have no readable amount."]);
  });

  test("names the mend: the right, the location, the column", async () => {
    const { of } = await check();
    expect(of("forbidden")?.finding?.text).toContain("roles/bigquery.dataViewer");
    expect(of("elsewhere")?.finding?.text).toContain("is in EU, but the warehouse file says location: US");
    expect(of("no_such_column")?.finding?.text).toContain("loaded_at");
  });
});

describe("what a run costs", () => {
  test("one metadata query for a dataset, one job for all contents, however many tables", async () => {
    const healthy = sources.filter(({ id }) => ["healthy", "touched", "resends", "stale"].includes(id));
    const { warehouse } = await check(noon, healthy);
    expect(warehouse.runs.map(({ statement }) => statement)).toEqual([
      "freshness/metadata",
      "freshness/content-clocks",
      "freshness/daily-money-by-key",
    ]);
  });

  test("no content at all where the metadata proves everything", async () => {
    const { warehouse } = await check(noon, [
      source("healthy", { businessDate: null }),
      source("shards", {
        table: { project: "shop", dataset: "ads", table: "events_*" },
        arrival: null,
        businessDate: "_TABLE_SUFFIX",
      }),
    ]);
    expect(warehouse.runs.map(({ statement }) => statement)).toEqual(["freshness/metadata"]);
  });
});

describe("a look back in time", () => {
  test("says what it would have said then", async () => {
    const { of } = await check(ago(days(6) - hours(1)));
    expect(of("stale")).toMatchObject({ status: "ok", finding: null });
    expect(of("touched")).toMatchObject({ status: "ok" });
  });
});

describe("the statistics of the morning", () => {
  const file = parseWarehouseFile(
    `
project: shop
location: US
time_zone: UTC
ops_dataset: plumbline_ops
connectors: { facebook: { name: Facebook Marketing, every: 24h } }
sources: { any: { table: ads.any, connector: facebook, owner: data@shop.example, arrival: at, warn_after: 30h, critical_after: 48h } }
`,
    "warehouse.yaml",
    { notifies: false },
  );
  const means = { piiFacts: async () => null, memory: async () => null, allow: async () => {} };

  test.each([
    ["now", noon],
    ["6 days ago", ago(days(6) - hours(1))],
  ])("lead to the status, the finding and the price that the hourly reader finds, %s", async (_, now) => {
    const { of } = await check(now);
    const { freshness } = await gatherFrom(
      { ...file, sources },
      instantsOf(now, noon),
      bigquery.open(),
      means,
    );
    const shown = (verdict: (typeof freshness)[number] | undefined) => ({
      id: verdict?.source.id,
      status: verdict?.status,
      finding: verdict?.finding?.code,
      impact: verdict?.impact,
    });
    expect(freshness.map(shown)).toEqual(sources.map(({ id }) => shown(of(id))));
  });
});
