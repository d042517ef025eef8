import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkRoas } from "../../../functions/checks/roas/check-platforms.ts";
import { parseWarehouseFile } from "../../../functions/shared/config/parse.ts";
import { openWarehouse } from "../../../functions/shared/stores/bigquery/bigquery.ts";
import { atNoon, noon } from "../../support/a-source.ts";
import { startWarehouse, type TestWarehouse } from "../../support/a-warehouse.ts";
import { type MoneyReport, reportOver } from "../../unit/reconciliation/a-report.ts";

/**
 * Two platforms that spend and bring in two currencies, and sources without a price. All but the orders came last on
 * 6 February at noon: two days before.
 */
const text = `project: shop
location: US
time_zone: UTC
ops_dataset: ops
connectors:
  ads: { name: Ads loader, every: 24h }
  uk: { name: UK loader, every: 24h }
  costs: { name: Costs loader, every: 24h }
  shop: { name: Shop loader, every: 24h }
sources:
  ads_us: { table: raw.ads_us, connector: ads, owner: growth, arrival: arrived, business_date: day, unique_key: [id],
    money: { column: spend, currency: USD, currency_column: currency, kind: spend } }
  ads_uk: { table: raw.ads_uk, connector: uk, owner: growth, arrival: arrived, business_date: day, unique_key: [id],
    money: { column: spend, currency: GBP, currency_column: currency, kind: spend } }
  ads_uk_abroad: { table: raw.ads_uk_abroad, connector: uk, owner: growth, arrival: arrived, business_date: day,
    money: { column: spend, currency: USD, kind: spend } }
  orders: { table: raw.orders, connector: shop, owner: shop, arrival: arrived, business_date: day, unique_key: [id] }
  costs: { table: raw.costs, connector: costs, owner: growth, arrival: arrived, business_date: day,
    money: { column: spend, currency: USD, kind: spend } }
  clicks: { table: raw.clicks, connector: ads, owner: growth, arrival: arrived, business_date: day }
  budget: { table: raw.budget, connector: ads, owner: growth, arrival: arrived, business_date: day,
    money: { column: spend, currency: USD, kind: spend } }
platforms:
  us: { name: US, spend: ads_us,
    revenue: { source: orders, column: total, currency: USD, currency_column: currency, attributed_by: via, is: [us] } }
  uk: { name: UK, spend: ads_uk,
    revenue: { source: orders, column: total, currency: GBP, currency_column: currency, attributed_by: via, is: [uk] } }
`;

const file = parseWarehouseFile(text, "warehouse.yaml", { notifies: false });

let bigquery: TestWarehouse;
let report: MoneyReport;

beforeAll(async () => {
  bigquery = await startWarehouse("shop");
  const { engine } = bigquery;
  await engine.createDataset("shop.raw", { location: "US", at: noon });
  const table = async (name: string, amount: string, rows: string) => {
    const fields = [
      { name: "id", type: "INTEGER" },
      { name: "day", type: "DATE" },
      { name: amount, type: "STRING" },
      { name: "currency", type: "STRING" },
      { name: "via", type: "STRING" },
      { name: "arrived", type: "TIMESTAMP" },
    ] as const;
    await engine.createTable(`shop.raw.${name}`, { fields }, noon);
    await engine.appendSelect(`shop.raw.${name}`, rows, noon);
  };
  /** Ten days up to 6 February, when it came last. */
  const spend = (amount: string, currency: string) =>
    `SELECT n AS id, DATE '2026-02-06' - n::INTEGER AS day, ${amount} AS spend, ${currency} AS currency, NULL AS via,
       TIMESTAMPTZ '2026-02-06 12:00:00Z' AS arrived FROM range(0, 10) AS back(n)`;
  await table("ads_us", "spend", spend("'100'", "'USD'"));
  // A pound is dearer, and there are more of them; an account bills in euros.
  await table(
    "ads_uk",
    "spend",
    `${spend("'900'", "'GBP'")} UNION ALL ${spend("'5000'", "'EUR'").replace("SELECT n AS", "SELECT n + 100 AS")} WHERE n = 4`,
  );
  await table("ads_uk_abroad", "spend", spend("'7'", "'USD'"));
  await table("costs", "spend", spend("'10'", "'USD'"));
  await table("clicks", "spend", spend("NULL", "NULL"));
  await table("budget", "spend", spend("'not said yet'", "'USD'"));
  const orders = (from: number, via: string, total: string, currency: string, where = "TRUE") =>
    `SELECT ${from} + n AS id, DATE '2026-02-08' - n::INTEGER AS day, '${total}' AS total, '${currency}' AS currency,
       '${via}' AS via, TIMESTAMPTZ '2026-02-08 11:00:00Z' AS arrived FROM range(0, 12) AS back(n) WHERE ${where}`;
  await table(
    "orders",
    "total",
    [
      orders(0, "us", "300", "USD"),
      orders(100, "uk", "2000", "GBP"),
      // Customers in Canada who came by the American ads, on 4 February.
      orders(200, "us", "70000", "CAD", "n = 4"),
    ].join(" UNION ALL "),
  );
  report = await reportOver(file, bigquery);
}, 60_000);
afterAll(async () => {
  await bigquery?.close();
});

const resultOf = (check: string, subject: string) => {
  const found = report.results.find((it) => it.check === check && it.subject === subject);
  if (found === undefined) throw new Error(`there is no result of ${check} on ${subject}`);
  return found;
};
const performanceOf = (platform: string) => report.performance.find((it) => it.platform === platform);

describe("two currencies", () => {
  test("each platform has its own, and no sum holds the other", () => {
    expect(performanceOf("us")).toMatchObject({ currency: "USD", spend: "1000", revenue: "3600" });
    expect(performanceOf("uk")).toMatchObject({ currency: "GBP", spend: "9000", revenue: "24000" });
  });

  test("no item of the list adds them: each amount is in the currency of all it is made of", () => {
    for (const { impact, results } of report.to_do) {
      for (const { amount, currency } of impact) {
        const own = results.flatMap((it) => resultOf(it.check, it.subject).impact ?? []);
        const same = own.filter((it) => it.currency === currency);
        expect(amount).toBeCloseTo(
          same.reduce((sum, it) => sum + it.amount, 0),
          6,
        );
      }
      expect(new Set(impact.map(({ currency, what }) => `${currency} ${what}`)).size).toBe(impact.length);
    }
  });

  test("nor are they compared: the larger number of pounds puts no item first, and nothing first in its item", () => {
    const stopped = report.to_do.filter(({ results: [first] }) => first?.check === "freshness");
    const amounts = stopped.flatMap(({ impact }) =>
      impact.map(({ amount, currency }) => [currency, Math.round(amount)]),
    );
    // Two days of 100, of 10, and of 7 and 900 by one loader.
    expect(amounts).toEqual([
      ["USD", 200],
      ["USD", 20],
      ["USD", 14],
      ["GBP", 1_800],
    ]);
  });
});

describe("amounts in another currency than the file says", () => {
  test("orders: in no sum, and the platform's return is unknown", () => {
    expect(resultOf("roas", "us")).toMatchObject({
      status: "unknown",
      code: "amounts_in_no_sum",
      evidence: { revenue: "3600", roas: null, roas_raw: null },
    });
    expect(performanceOf("us")).toMatchObject({ roas: null, roas_raw: null, complete: { roas: null } });
  });

  test("dedup-views shows the same of each platform", async () => {
    const verdicts = await checkRoas(file, openWarehouse({ ...file, from: "test" }), atNoon);
    expect(verdicts.map((it) => [it.platform.id, it.status, it.finding?.code, it.text])).toEqual(
      ["us", "uk"].map((id) => {
        const { status, code, text: said } = resultOf("roas", id);
        return [id, status, code, said];
      }),
    );
  });

  test("and so is the day, while others are known", () => {
    const revenue = new Map(report.days.us?.map((it) => [it.day, it.revenue]));
    expect([revenue.get("2026-02-03"), revenue.get("2026-02-04"), revenue.get("2026-02-05")]).toEqual([
      "300",
      null,
      "300",
    ]);
  });

  test("spend: in no sum, and platform and day are unknown", () => {
    expect(resultOf("spend", "uk")).toMatchObject({ status: "unknown", code: "other_currency" });
    expect(resultOf("roas", "uk")).toMatchObject({ status: "unknown" });
    const spent = new Map(report.days.uk?.map((it) => [it.day, it.spend]));
    expect([spent.get("2026-02-02"), spent.get("2026-02-03")]).toEqual([null, "900"]);
  });
});

describe("a source without a price", () => {
  test.each([
    ["clicks", "no price: it carries no money"],
    ["budget", "no price: no amount in the days before it fell silent"],
  ])("%s has no estimate, and the report says so: %s", (source, said) => {
    expect(resultOf("freshness", source)).toMatchObject({ status: "critical", impact: null });
    expect(resultOf("continuity", source).impact).toBeNull();
    const line = report.markdown.split("\n").find((it) => it.startsWith(`| ${source} | 6 Feb 2026`));
    expect(line).toContain(`| critical | ${said} |`);
  });

  test("where amounts cannot be read, that is said", () => {
    expect(resultOf("freshness", "budget").text).toContain("have no readable amount");
    expect(resultOf("freshness", "clicks").text).not.toContain("amount");
  });
});
