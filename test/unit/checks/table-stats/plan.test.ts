import { describe, expect, test } from "vitest";
import type { Listed, Listing } from "../../../../functions/checks/table-stats/listing.ts";
import { type Plan, planReads, tablesOf } from "../../../../functions/checks/table-stats/plan.ts";
import { requiredOf } from "../../../../functions/checks/table-stats/requests.ts";
import type { StatsRequest } from "../../../../functions/checks/table-stats/types.ts";
import { windowOf } from "../../../../functions/checks/table-stats/window.ts";
import { parseWarehouseFile } from "../../../../functions/shared/config/parse.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { noon } from "../../../support/a-source.ts";

/** Spend, orders that two platforms share, a pair with a copy of them; each test says what is otherwise. */
const yaml = ({ spend = "", orders = "", sources = "", copy = "", more = "" } = {}) => `
project: shop
location: US
time_zone: UTC
ops_dataset: ops
connectors:
  ads: { name: Ads, every: 24h }
sources:
  spend: { table: data.spend, connector: ads, owner: growth, arrival: arrived, business_date: day,
    money: { column: spend, currency: USD, kind: spend }${spend} }
  orders: { table: data.orders, connector: ads, owner: shop, arrival: arrived, business_date: day${orders} }
${sources}
platforms:
  meta: { name: Meta, spend: spend,
    revenue: { source: orders, column: total, currency: USD, attributed_by: via, is: [fb, ig] } }
pairs:
  copy:
    owner: shop
    currency: USD
    between:
      - { table: data.orders, key: [id], business_date: day, amount: total${copy} }
      - { table: data.copy, key: [order_id], business_date: day, amount: total }
${more}
notifications:
  channels:
    alerts: { slack: { webhook_secret: slack-alerts } }
`;
const parse = (parts?: Parameters<typeof yaml>[0]) => parseWarehouseFile(yaml(parts), "warehouse.yaml");

const gibibyte = 2 ** 30;
const listed = (table: string, bytes = 1): Listed => ({
  table,
  kind: "table",
  created: noon,
  modified: noon,
  rows: 1,
  bytes,
  columns: [{ name: "id", type: "STRING" }],
});

/** All tables that any test names, and how large some are. */
function listings(bytes: Readonly<Record<string, number>> = {}): ReadonlyMap<string, Listing> {
  const names = ["spend", "orders", "copy", "spend_clean", "other"];
  return new Map([["shop.data", new Map(names.map((name) => [name, listed(name, bytes[name])]))]]);
}

const plan = (parts?: Parameters<typeof yaml>[0], of = listings()): Plan => planReads(parse(parts), of, noon);
const readings = ({ asked }: Plan, table: string): StatsRequest[] =>
  asked.map(({ request }) => request).filter((it) => it.table.table === table);

describe("what is read together", () => {
  test("each table once: for its source, for the platforms that it brings orders to, for a pair", () => {
    const it = plan();
    expect(it.asked.map(({ request }) => request.table.table).sort()).toEqual(["copy", "orders", "spend"]);
    const [orders] = readings(it, "orders");
    expect(it.sources.get("orders")).toBe(orders);
    expect(it.orders.get("meta")).toBe(orders);
    expect(it.pairs.get("copy")?.[0]).toBe(orders);
    expect(orders).toMatchObject({
      key: ["id"],
      arrival: "arrived",
      amount: { column: "total", currency: "USD" },
      wholeDays: true,
      labels: { platforms: { column: "via", is: [{ platform: "meta", values: ["fb", "ig"] }] } },
    });
  });

  test("platforms whose orders are told apart by one column", () => {
    const second =
      "  tiktok: { name: TikTok, spend: spend, revenue: { source: orders, column: total, currency: USD, attributed_by: via, is: [tt] } }";
    const it = planReads(
      parseWarehouseFile(yaml().replace("pairs:", `${second}\npairs:`), "warehouse.yaml"),
      listings(),
      noon,
    );
    expect(readings(it, "orders")).toHaveLength(1);
    expect(it.orders.get("tiktok")).toBe(it.orders.get("meta"));
    expect(it.orders.get("tiktok")?.labels?.platforms?.is.map(({ platform }) => platform)).toEqual([
      "meta",
      "tiktok",
    ]);
  });

  test.each([
    ["another column of money", ", money: { column: net, currency: USD, kind: revenue }"],
    ["another currency of it", ", money: { column: total, currency: EUR, kind: revenue }"],
    ["another key", ", unique_key: [id, day]"],
    ["days that begin elsewhere", ", time_zone: Asia/Tokyo"],
  ])("not what asks for %s: each is answered by what it asked for", (_, orders) => {
    const it = plan({ orders });
    expect(readings(it, "orders")).toHaveLength(2);
    const source = parse({ orders }).sources.find(({ id }) => id === "orders");
    const { amount, key, timeZone } = it.sources.get("orders") ?? {};
    expect([timeZone, key?.length ? key : source?.uniqueKey]).toEqual([source?.timeZone, source?.uniqueKey]);
    if (source?.money)
      expect(amount).toMatchObject({ column: source.money.column, currency: source.money.currency });
    expect(it.orders.get("meta")?.amount).toMatchObject({ column: "total", currency: "USD" });
    expect(it.pairs.get("copy")?.[0]).toMatchObject({
      timeZone: "UTC",
      key: ["id"],
      amount: { column: "total", currency: "USD" },
    });
  });

  test("columns that must hold a value are asked for once each", () => {
    const { required } =
      plan({ orders: ", unique_key: [id], required: [total, id]" }).sources.get("orders") ?? {};
    expect(required).toEqual(["id", "day", "total"]);
  });

  test("a column that says a row's currency serves both, whoever names it", () => {
    const it = plan({
      orders: ", money: { column: total, currency: USD, kind: revenue, currency_column: cur }",
    });
    expect(readings(it, "orders")).toHaveLength(1);
    expect(it.orders.get("meta")?.amount?.currencyColumn).toBe("cur");
  });
});

describe("how much of a table is read", () => {
  const from = new Date("2026-01-08T00:00:00Z");

  test("as far as the window reaches and a day more, where nothing needs older rows", () => {
    expect(plan().sources.get("spend")).toMatchObject({ key: [], from });
  });

  test("all of it, where it has a key: whether a row is a repeat is not told by its neighbours alone", () => {
    expect(plan({ spend: ", unique_key: [ad, day]" }).sources.get("spend")?.from).toBeNull();
  });

  test("all of it, where no row says when it arrived", () => {
    const sources = "  days: { table: data.other, connector: ads, owner: growth, business_date: day }";
    expect(plan({ sources }).sources.get("days")?.from).toBeNull();
  });

  test("all of it, where a pair asks for it: a copy's older rows are as good", () => {
    const it = plan();
    expect(it.pairs.get("copy")?.map((side) => side.from)).toEqual([null, null]);
  });

  test.each([
    ["as large as is read whole", 10 * gibibyte, null],
    ["a byte larger", 10 * gibibyte + 1, from],
  ])("a table with a key that is %s", (_, bytes, expected) => {
    const it = plan({ spend: ", unique_key: [ad, day]" }, listings({ spend: bytes }));
    expect(it.sources.get("spend")?.from).toEqual(expected);
  });

  test("the file says how large that is", () => {
    const more = "reconciliation: { full_scan_up_to: 1MiB }";
    const it = plan({ spend: ", unique_key: [ad, day]", more }, listings({ spend: 2 ** 20 + 1 }));
    expect(it.sources.get("spend")?.from).toEqual(from);
  });

  test("a large table without an arrival cannot be read in part", () => {
    expect(plan({}, listings({ copy: 100 * gibibyte })).pairs.get("copy")?.[1].from).toBeNull();
  });
});

describe("clean views", () => {
  const more = "dedup_views: { spend_clean: { source: spend, view: data.spend_clean } }";
  const spend = ", unique_key: [ad, day]";

  test("are read beside their raw table", () => {
    const it = plan({ spend, more });
    expect(it.views.get("spend_clean")).toMatchObject({
      table: { table: "spend_clean" },
      key: [],
      amount: { column: "spend", currency: "USD" },
    });
    expect(readings(it, "spend_clean")).toEqual([it.views.get("spend_clean")]);
  });

  test("are not, where the raw table is too large for all of it: a part is no view of a whole", () => {
    const it = plan({ spend, more }, listings({ spend: 11 * gibibyte }));
    expect(it.views.get("spend_clean")).toBeNull();
    expect(readings(it, "spend_clean")).toEqual([]);
  });
});

describe("what is not read", () => {
  test("a table that its dataset does not list; its request stands, so that it is missed", () => {
    const it = plan({}, new Map([["shop.data", new Map([["orders", listed("orders")]])]]));
    expect(it.asked.map(({ request }) => request.table.table)).toEqual(["orders"]);
    expect(it.sources.get("spend")).toBeDefined();
  });

  test("where nobody could list the dataset, reading says why", () => {
    const denied = new WarehouseError("access_denied", "table-stats/datasets", "Access Denied");
    expect(plan({}, new Map([["shop.data", denied]])).asked).toHaveLength(3);
  });

  test("tables by day: their names say their days", () => {
    const sources =
      "  ga4: { table: data.events_*, connector: ads, owner: growth, business_date: _TABLE_SUFFIX }";
    const it = plan({ sources });
    expect(it.sources.has("ga4")).toBe(false);
    expect(tablesOf(parse({ sources })).get("shop.data")).toEqual(["copy", "orders", "spend"]);
  });
});

describe("a breakdown", () => {
  const sources =
    "  by_country: { table: data.other, connector: ads, owner: growth, arrival: arrived, business_date: day, breakdown: { of: spend, column: cut } }";

  test("is summed by its own column in the currency of the whole, and has no money of its own", () => {
    const it = plan({ sources });
    expect(it.sources.get("by_country")?.amount).toEqual({
      column: "cut",
      jsonPath: null,
      currency: "USD",
      currencyColumn: null,
    });
    expect(parse({ sources }).sources.find(({ id }) => id === "by_country")?.money).toBeNull();
  });
});

test.each([
  ["UTC", "2026-02-08T12:00:00Z", "2026-01-09", "2026-02-08"],
  ["Pacific/Auckland", "2026-02-08T12:00:00Z", "2026-01-09", "2026-02-09"],
  ["America/Los_Angeles", "2026-02-08T06:00:00Z", "2026-01-08", "2026-02-07"],
])(
  "the window in %s at %s: from the 30th day before today in any zone of the file, to today",
  (timeZone, now, firstDay, lastDay) => {
    expect(windowOf(new Date(now), timeZone, parse())).toEqual({ firstDay, lastDay });
  },
);

test("the key and the day must hold a value, then what the file names; each once", () => {
  const [spend] = parse({ spend: ", unique_key: [ad, day], required: [campaign, ad]" }).sources;
  expect(spend && requiredOf(spend)).toEqual([
    { name: "ad", isKey: true },
    { name: "day", isKey: true },
    { name: "campaign", isKey: false },
  ]);
});
