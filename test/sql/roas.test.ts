import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkRoas } from "../../functions/checks/roas/check-platforms.ts";
import { parseWarehouseFile } from "../../functions/shared/config/parse.ts";
import { instantsOf } from "../../functions/shared/instants.ts";
import type { SmallTable } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { bothEngines } from "../support/both-engines.ts";
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

/** Money of the platform: the statement that reconciliation asks too, through both engines, and what is made of its answer. */
async function platformOf(
  spent: Rows,
  ordered: Rows,
  {
    warehouse = file(),
    insightColumns = insights as Readonly<Record<string, ScalarKind>>,
    orderColumns = orders as Readonly<Record<string, ScalarKind>>,
  } = {},
): Promise<readonly (string | number | null)[]> {
  const judged = bothEngines(
    googleSql,
    table("shop.ads.insights", insightColumns, spent),
    table("shop.ads.orders", orderColumns, ordered),
  );
  const at = { ...instantsOf(noonOfTheEighth, noonOfTheEighth), seenUntil: noonOfTheEighth };
  const [verdict] = await checkRoas(parseWarehouseFile(warehouse, "warehouse.yaml"), judged, at);
  if (!verdict?.money) throw new Error(verdict?.text ?? "there is no platform");
  expect([verdict.firstDay, verdict.lastDay]).toEqual(["2026-01-09", "2026-02-08"]);
  const { money } = verdict;
  return [
    money.revenue,
    money.orders,
    money.lastRevenueDay,
    money.spend,
    money.spendRaw,
    money.lastSpendDay,
    money.roas,
    money.roasRaw,
    money.revenueUnreadable,
    money.spendUnreadable,
  ];
}

const noonOfTheEighth = new Date("2026-02-08T12:00:00Z");
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

describe("return on ad spend by table-stats/table", () => {
  test("what is in another currency, or in none, is in no sum on either side, and no ratio is known", async () => {
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
    expect(row).toEqual(["60", 3, "2026-02-01", "40", "40", "2026-02-02", null, null, 2, 2]);
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
    expect(row).toEqual(["60", 2, "2026-02-05", "40", "50", "2026-02-02", "1.5", "1.2", 0, 0]);
  });

  test("the first and the last day count, and what lies outside does not", async () => {
    const days = ["2026-01-08", "2026-01-09", "2026-02-08", "2026-02-09"];
    const row = await platformOf(
      days.map((day, at) => spent(`${at}`, noon, "ad 1", day, `${10 ** at}`)),
      days.map((day, at) => ordered(`${at}`, day, `${10 ** at}`, "fb")),
    );
    expect(row).toEqual(["110", 2, "2026-02-08", "110", "110", "2026-02-08", "1", "1", 0, 0]);
  });

  test("of two versions of one instant the one that the clean view takes", async () => {
    const rows = [spent("b", noon, "ad 1", "2026-02-02", "1"), spent("a", noon, "ad 1", "2026-02-02", "4")];
    for (const order of [rows, rows.toReversed()]) {
      expect((await platformOf(order, [ordered("1", "2026-02-02", "2", "fb")])).slice(3, 8)).toEqual([
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
    expect(row).toEqual([null, 0, null, "4", "4", "2026-02-02", null, null, 0, 0]);
  });

  test("an order is counted once where the source has a key, and as it stands where it has none", async () => {
    const twice = [
      ordered("1", "2026-02-02", "2", "google", morning),
      ordered("1", "2026-02-02", "6", "fb", noon),
      ordered("1", "2026-02-02", "6", "fb", noon),
    ];
    const paid = [spent("a", noon, "ad 1", "2026-02-02", "3")];
    expect((await platformOf(paid, twice)).slice(0, 2)).toEqual(["12", 2]);
    const warehouse = file("spend", ", unique_key: [id]");
    expect((await platformOf(paid, twice, { warehouse })).slice(0, 2)).toEqual(["6", 1]);
  });

  test("no spend, spend of zero and spend that is NULL have no return", async () => {
    const order = [ordered("1", "2026-02-02", "2", "fb")];
    expect((await platformOf([], order)).slice(0, 8)).toEqual([
      "2",
      1,
      "2026-02-02",
      null,
      null,
      null,
      null,
      null,
    ]);
    const zero = [spent("a", noon, "ad 1", "2026-02-02", "0")];
    expect((await platformOf(zero, order)).slice(3, 8)).toEqual(["0", "0", "2026-02-02", null, null]);
    const none = [spent("a", noon, "ad 1", "2026-02-02", null)];
    expect((await platformOf(none, order)).slice(3, 8)).toEqual([null, null, null, null, null]);
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
    expect(row.slice(3)).toEqual(["3", "3", "2026-02-02", null, null, 0, 1]);
    const orderColumns = { ...orders, total: "STRING" } as const;
    const paid = [spent("a", noon, "ad 1", "2026-02-02", "3")];
    const bought = [
      ordered("1", "2026-02-02", "6", "fb"),
      ordered("2", "2026-02-02", "free", "fb"),
      ordered("3", "2026-02-02", "free", "google"),
      ordered("4", "2026-02-02", null, "fb"),
    ];
    const counted = await platformOf(paid, bought, { orderColumns });
    expect([counted[0], counted[1], ...counted.slice(8)]).toEqual(["6", 3, 1, 0]);
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
    expect(row.slice(3, 8)).toEqual(["2.5", "2.5", "2026-02-02", "2", "2"]);
  });
});
