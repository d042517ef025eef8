import { describe, expect, test } from "vitest";
import { parseWarehouseFile, WarehouseFileError } from "../../../../functions/shared/config/parse.ts";

const file = (views: string, platforms = "") => `
project: shop
location: EU
time_zone: Europe/Berlin
ops_dataset: plumbline_ops
connectors:
  facebook: { name: Facebook, every: 24h }
sources:
  ads:
    table: ads.insights
    connector: facebook
    owner: growth
    arrival: extracted_at
    business_date: day
    unique_key: [ad_id, day]
    money: { column: spend, currency: EUR, kind: spend }
  orders: { table: other.shop.orders, connector: facebook, owner: shop, arrival: loaded_at, business_date: created_at }
  shards: { table: "ga4.events_*", connector: facebook, owner: growth, business_date: _TABLE_SUFFIX }
${views === "" ? "" : `dedup_views:\n${views}`}
${platforms === "" ? "" : `platforms:\n${platforms}`}
notifications:
  channels:
    alerts: { slack: { webhook_secret: slack-alerts } }
`;
const revenue =
  "revenue: { source: orders, column: total, currency: EUR, attributed_by: utm, is: [facebook] }";

function mistakesIn(text: string): string[] {
  try {
    parseWarehouseFile(text, "warehouse.yaml");
    return [];
  } catch (error) {
    if (!(error instanceof WarehouseFileError)) throw error;
    return error.mistakes.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("a dedup view", () => {
  test("stands beside its raw table, has its key, its money and a careful breaker, unless it says otherwise", () => {
    const { dedupViews } = parseWarehouseFile(
      file(`  clean: { source: ads }
  elsewhere: { source: ads, view: marts.clean, tie_break: [raw_id], sync: { column: meta, json_path: $.sync_id },
    money: { column: cost, currency: USD, kind: spend }, max_removed: 12.5%, adopt: true }`),
      "warehouse.yaml",
    );
    expect(dedupViews).toMatchObject([
      {
        id: "clean",
        source: { id: "ads", arrival: "extracted_at", uniqueKey: ["ad_id", "day"] },
        view: { project: "shop", dataset: "ads", table: "clean" },
        tieBreak: [],
        sync: null,
        money: { column: "spend", currency: "EUR" },
        maxRemoved: 0.02,
        adopt: false,
      },
      {
        view: { project: "shop", dataset: "marts", table: "clean" },
        tieBreak: ["raw_id"],
        sync: { column: "meta", jsonPath: "$.sync_id" },
        money: { column: "cost", currency: "USD" },
        maxRemoved: 0.125,
        adopt: true,
      },
    ]);
  });

  test("may say that its loader does not tell syncs apart", () => {
    const syncOf = (sync: string) => {
      const [view] = parseWarehouseFile(file(`  clean: { source: ads${sync} }`), "warehouse.yaml").dedupViews;
      return [view?.sync, view?.syncUnknown];
    };
    expect(syncOf(", sync: unknown")).toEqual([null, true]);
    expect(syncOf("")).toEqual([null, false]);
    expect(syncOf(", sync: { column: meta }")).toEqual([{ column: "meta", jsonPath: null }, false]);
    for (const wrong of ["unkown", "{ json_path: $.id }"]) {
      expect(mistakesIn(file(`  clean: { source: ads, sync: ${wrong} }`))).toEqual([
        "dedup_views.clean.sync: write { column: <column>, json_path: $.sync_id }, or unknown",
      ]);
    }
  });

  test("of a table in another project stands there", () => {
    const text = file("  clean: { source: orders }").replace(
      "business_date: created_at }",
      "unique_key: [id] }",
    );
    expect(parseWarehouseFile(text, "warehouse.yaml").dedupViews[0]?.view.project).toBe("other");
  });

  test.each([
    ["  clean: { source: adds }", "dedup_views.clean.source: there is no source adds; did you mean ads?"],
    [
      "  clean: { source: orders }",
      "dedup_views.clean.source: orders does not say what makes a row one fact; add unique_key: [<column>, ...] to it",
    ],
    [
      "  clean: { source: ads, tie_break: [day] }",
      "dedup_views.clean.tie_break: day is the same in all rows that are compared; name another column",
    ],
    [
      "  clean: { source: ads, tie_break: [extracted_at] }",
      "dedup_views.clean.tie_break: extracted_at is the same in all rows that are compared; name another column",
    ],
    [
      "  clean: { source: ads, view: ads.insights }",
      "dedup_views.clean.view: shop.ads.insights is the source ads already; give the view another name",
    ],
    [
      "  clean: { source: ads }\n  again: { source: ads, view: shop.ads.clean }",
      "dedup_views.again.view: shop.ads.clean is the dedup view clean already; give the view another name",
    ],
    [
      "  clean: { source: ads, view: ads.c* }",
      "dedup_views.clean.view: a view has one name; write it without *",
    ],
    [
      "  clean: { source: ads, max_removed: 0.02 }",
      "dedup_views.clean.max_removed: write a share with its sign, like 2%",
    ],
    ["  clean: { source: ads, key: [ad_id] }", "dedup_views.clean.key: there is no key key here"],
  ])("%s", (views, mistake) => {
    expect(mistakesIn(file(views))).toEqual([mistake]);
  });

  test("cannot be of date shards, nor of a table without arrival", () => {
    expect(mistakesIn(file("  clean: { source: shards }"))).toEqual([
      "dedup_views.clean.source: shards is a pattern of date shards; a view needs one table",
      "dedup_views.clean.source: shards does not say what makes a row one fact; add unique_key: [<column>, ...] to it",
      "dedup_views.clean.source: shards does not say which version arrived last; add arrival: <column> to it",
    ]);
  });

  test("may be watched as a source of its own", () => {
    const text = file("  clean: { source: ads }").replace(
      "  orders:",
      "  clean: { table: ads.clean, connector: facebook, owner: growth, arrival: extracted_at }\n  orders:",
    );
    expect(mistakesIn(text)).toEqual([]);
  });
});

describe("a platform", () => {
  test("compares spend with revenue that is attributed to it", () => {
    const text = file(
      "",
      `  fb:\n    name: Facebook\n    spend: ads\n    ${revenue.replace("[facebook]", '[" Facebook ", FB]')}`,
    );
    expect(parseWarehouseFile(text, "warehouse.yaml").platforms).toMatchObject([
      {
        id: "fb",
        spend: { id: "ads", money: { currency: "EUR" } },
        revenue: { source: { id: "orders", businessDate: "created_at" }, is: ["facebook", "fb"] },
      },
    ]);
  });

  test.each([
    [
      `spend: orders, ${revenue}`,
      "platforms.fb.spend: orders has no money of kind spend; add it there, or name another source",
    ],
    [
      `spend: ads, ${revenue.replace("EUR", "USD")}`,
      "platforms.fb.revenue.currency: spend is in EUR and revenue in USD: without a rate nothing can be compared; name sources in one currency",
    ],
    [
      `spend: ads, ${revenue.replace("orders", "order")}`,
      "platforms.fb.revenue.source: there is no source order; did you mean orders?",
    ],
  ])("%s", (said, mistake) => {
    expect(mistakesIn(file("", `  fb: { name: Facebook, ${said} }`))).toEqual([mistake]);
  });

  test("needs orders that say their day", () => {
    const text = file("", `  fb: { name: Facebook, spend: ads, ${revenue} }`).replace(
      ", business_date: created_at",
      "",
    );
    expect(mistakesIn(text)).toEqual([
      "platforms.fb.revenue.source: orders does not say of which day an order is; add business_date: <column> to it",
    ]);
  });
});
