import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platformInputs } from "../../functions/checks/roas/read.ts";
import { parseWarehouseFile } from "../../functions/shared/config/parse.ts";
import { renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { SmallTable, TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { type GoogleSql, startGoogleSql } from "../support/googlesql.ts";

/** Small tables → rows, through the local BigQuery's translation and through Google's own evaluator: both alike. */
let googleSql: GoogleSql;
beforeAll(async () => {
  googleSql = await startGoogleSql();
});
afterAll(() => googleSql.close());

const file = (spend = "spend", orders = "") => `
project: shop
location: US
time_zone: UTC
ops_dataset: ops
connectors: { all: { name: All, every: 24h } }
sources:
  ads:
    table: ads.insights
    connector: all
    owner: growth
    arrival: extracted_at
    business_date: day
    unique_key: [ad_id, day]
    money: { column: ${spend}, currency: USD, kind: spend }
  orders: { table: ads.orders, connector: all, owner: shop, arrival: loaded_at, business_date: ordered_at${orders} }
dedup_views:
  clean: { source: ads, tie_break: [raw_id] }
platforms:
  facebook:
    name: Facebook
    spend: ads
    revenue: { source: orders, column: total, currency: USD, attributed_by: utm, is: [facebook, FB] }
notifications: { channels: { alerts: { slack: { webhook_secret: slack-alerts } } } }
`;

const insights = {
  raw_id: "STRING",
  extracted_at: "TIMESTAMP",
  ad_id: "STRING",
  day: "DATE",
  spend: "NUMERIC",
} as const;
const orders = {
  id: "STRING",
  loaded_at: "TIMESTAMP",
  ordered_at: "TIMESTAMP",
  total: "NUMERIC",
  utm: "STRING",
} as const;
type Rows = readonly (readonly Value[])[];

function table(name: string, columns: Readonly<Record<string, ScalarKind>>, rows: Rows): SmallTable {
  return { name, columns: Object.entries(columns).map(([it, kind]) => ({ name: it, type: { kind } })), rows };
}

async function platformOf(
  spent: Rows,
  ordered: Rows,
  {
    warehouse = file(),
    insightColumns = insights as Readonly<Record<string, ScalarKind>>,
    orderColumns = orders as Readonly<Record<string, ScalarKind>>,
  } = {},
): Promise<readonly Value[]> {
  const { platforms, dedupViews } = parseWarehouseFile(warehouse, "warehouse.yaml");
  const [platform] = platforms;
  if (platform === undefined) throw new Error("there is no platform");
  const window = { platform, firstDay: "2026-01-09", lastDay: "2026-02-08" };
  const { names, params = {} } = platformInputs(window, dedupViews);
  const text = (value: string): TypedValue => ({ type: { kind: "STRING" }, value });
  const date = (value: string): TypedValue => ({ type: { kind: "DATE" }, value });
  const instant = (value: string): TypedValue => ({ type: { kind: "TIMESTAMP" }, value });
  const parameters = new Map<string, TypedValue>([
    ["seen_until", instant("2026-02-08 12:00:00+00")],
    ["from_0", instant((params.from as Date).toISOString().replace("T", " ").replace(".000Z", "+00"))],
    ["first_day_0", date("2026-01-09")],
    ["last_day_0", date("2026-02-08")],
    ["zone_spend_0", text("UTC")],
    ["zone_revenue_0", text("UTC")],
    ["is_0", { type: { kind: "ARRAY", element: { kind: "STRING" } }, value: [...(params.is as string[])] }],
  ]);
  const sql = renderStatement("roas/platform", { n: "0", ...names });
  const tables = [
    table("shop.ads.insights", insightColumns, spent),
    table("shop.ads.orders", orderColumns, ordered),
  ];
  const oracle = await googleSql.evaluateWithOracle({ sql, tables, parameters });
  expect(await googleSql.runLocally({ sql, tables, parameters })).toEqual(oracle);
  expect(oracle.rows).toHaveLength(1);
  return oracle.rows[0] ?? [];
}

const morning = "2026-02-03 06:00:00+00";
const noon = "2026-02-03 12:00:00+00";
const spent = (raw: string, at: string | null, ad: string, day: string, spend: string | null) => [
  raw,
  at,
  ad,
  day,
  spend,
];
const ordered = (id: string, day: string, total: string | null, utm: string | null, at = noon) => [
  id,
  at,
  `${day} 10:00:00+00`,
  total,
  utm,
];

describe("roas/platform", () => {
  test("what is in another currency, or in none, is in no sum on either side", async () => {
    const warehouse = file("spend, currency_column: account_currency").replace(
      "attributed_by",
      "currency_column: currency, attributed_by",
    );
    const row = await platformOf(
      [
        [...spent("a", noon, "ad 1", "2026-02-02", "40"), "USD"],
        [...spent("b", noon, "ad 2", "2026-02-02", "1000"), "EUR"],
        [...spent("c", noon, "ad 3", "2026-02-02", "1000"), null],
      ],
      [
        [...ordered("1", "2026-02-01", "60", "fb"), "USD"],
        [...ordered("2", "2026-02-01", "1000", "fb"), "CAD"],
        [...ordered("3", "2026-02-01", "1000", "fb"), null],
      ],
      {
        warehouse,
        insightColumns: { ...insights, account_currency: "STRING" },
        orderColumns: { ...orders, currency: "STRING" },
      },
    );
    expect(row).toEqual(["0", "60", "3", "2026-02-01", "40", "40", "2026-02-02", "1.5", "1.5", "0", "0"]);
  });

  test("revenue of the orders it brought, over the latest version of what was spent", async () => {
    const row = await platformOf(
      [
        spent("a", morning, "ad 1", "2026-02-02", "10"),
        spent("b", noon, "ad 1", "2026-02-02", "20"),
        spent("c", noon, "ad 2", "2026-02-01", "20"),
      ],
      [
        ordered("1", "2026-02-01", "30.5", " Facebook "),
        ordered("2", "2026-02-03", "29.5", "fb"),
        ordered("3", "2026-02-05", "1000", "google"),
        ordered("4", "2026-02-02", "1000", null),
      ],
    );
    expect(row).toEqual(["0", "60", "2", "2026-02-05", "40", "50", "2026-02-02", "1.5", "1.2", "0", "0"]);
  });

  test("the first and the last day count, and what lies outside does not", async () => {
    const days = ["2026-01-08", "2026-01-09", "2026-02-08", "2026-02-09"];
    const row = await platformOf(
      days.map((day, at) => spent(`${at}`, noon, "ad 1", day, `${10 ** at}`)),
      days.map((day, at) => ordered(`${at}`, day, `${10 ** at}`, "fb")),
    );
    expect(row).toEqual(["0", "110", "2", "2026-02-08", "110", "110", "2026-02-08", "1", "1", "0", "0"]);
  });

  test("of two versions of one instant the one that the clean view takes", async () => {
    const rows = [spent("b", noon, "ad 1", "2026-02-02", "1"), spent("a", noon, "ad 1", "2026-02-02", "4")];
    for (const order of [rows, rows.toReversed()]) {
      expect((await platformOf(order, [ordered("1", "2026-02-02", "2", "fb")])).slice(4, 9)).toEqual([
        "1",
        "5",
        "2026-02-02",
        "2",
        "0.4",
      ]);
    }
  });

  test("what arrives later than now is not seen, and what says no arrival is", async () => {
    const row = await platformOf(
      [
        spent("a", "2026-02-08 12:00:01+00", "ad 1", "2026-02-02", "100"),
        spent("b", null, "ad 2", "2026-02-02", "4"),
      ],
      [ordered("1", "2026-02-02", "2", "fb", "2026-02-08 12:00:01+00")],
    );
    expect(row).toEqual(["0", null, "0", null, "4", "4", "2026-02-02", null, null, "0", "0"]);
  });

  test("an order is counted once where the source has a key, and as it stands where it has none", async () => {
    const twice = [
      ordered("1", "2026-02-02", "2", "google", morning),
      ordered("1", "2026-02-02", "6", "fb", noon),
      ordered("1", "2026-02-02", "6", "fb", noon),
    ];
    const paid = [spent("a", noon, "ad 1", "2026-02-02", "3")];
    expect((await platformOf(paid, twice)).slice(1, 3)).toEqual(["12", "2"]);
    const warehouse = file("spend", ", unique_key: [id]");
    expect((await platformOf(paid, twice, { warehouse })).slice(1, 3)).toEqual(["6", "1"]);
  });

  test("no spend, spend of zero and spend that is NULL have no return", async () => {
    const order = [ordered("1", "2026-02-02", "2", "fb")];
    expect((await platformOf([], order)).slice(0, 9)).toEqual([
      "0",
      "2",
      "1",
      "2026-02-02",
      null,
      null,
      null,
      null,
      null,
    ]);
    const zero = [spent("a", noon, "ad 1", "2026-02-02", "0")];
    expect((await platformOf(zero, order)).slice(4, 9)).toEqual(["0", "0", "2026-02-02", null, null]);
    const none = [spent("a", noon, "ad 1", "2026-02-02", null)];
    expect((await platformOf(none, order)).slice(4, 9)).toEqual([null, null, null, null, null]);
  });

  test("amounts that cannot be read are counted where they would count", async () => {
    const texts = {
      warehouse: file("spend"),
      insightColumns: { ...insights, spend: "STRING" } as const,
    };
    const rows = [
      spent("a", morning, "ad 1", "2026-02-02", "n/a"),
      spent("b", noon, "ad 1", "2026-02-02", "3"),
      spent("c", noon, "ad 2", "2026-02-02", "1e40"),
      spent("d", noon, "ad 3", "2026-02-02", null),
      spent("e", noon, "ad 4", "2026-03-02", "n/a"),
    ];
    const row = await platformOf(rows, [ordered("1", "2026-02-02", "6", "fb")], texts);
    expect(row.slice(4)).toEqual(["3", "3", "2026-02-02", "2", "2", "0", "1"]);
    const orderColumns = { ...orders, total: "STRING" } as const;
    const paid = [spent("a", noon, "ad 1", "2026-02-02", "3")];
    const bought = [
      ordered("1", "2026-02-02", "6", "fb"),
      ordered("2", "2026-02-02", "free", "fb"),
      ordered("3", "2026-02-02", "free", "google"),
      ordered("4", "2026-02-02", null, "fb"),
    ];
    const counted = await platformOf(paid, bought, { orderColumns });
    expect([counted[1], counted[2], ...counted.slice(9)]).toEqual(["6", "3", "1", "0"]);
  });

  test("an amount inside JSON", async () => {
    const warehouse = file("metrics, json_path: $.spend");
    const { spend: _, ...others } = insights;
    const rows = ['{"spend":"2.5"}', '{"clicks":1}'].map((metrics, at) =>
      spent(`${at}`, noon, `ad ${at}`, "2026-02-02", metrics),
    );
    const insightColumns = { ...others, metrics: "STRING" } as const;
    const row = await platformOf(rows, [ordered("1", "2026-02-02", "5", "fb")], {
      warehouse,
      insightColumns,
    });
    expect(row.slice(4, 9)).toEqual(["2.5", "2.5", "2026-02-02", "2", "2"]);
  });
});
