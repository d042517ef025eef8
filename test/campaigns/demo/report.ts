import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { problemsOf } from "../../../functions/checks/freshness/problems.ts";
import type { CheckId } from "../../../functions/checks/registry.ts";
import type { Marked } from "../../../functions/reconciliation/causes.ts";
import { decide } from "../../../functions/reconciliation/decide.ts";
import { deployed, gatherFrom } from "../../../functions/reconciliation/gather.ts";
import { judgeAll } from "../../../functions/reconciliation/judge.ts";
import type { Reported } from "../../../functions/reconciliation/report/json.ts";
import { toBlocks } from "../../../functions/reconciliation/report/report.ts";
import { parseWarehouseFile } from "../../../functions/shared/config/parse.ts";
import { toMarkdown } from "../../../functions/shared/report/markdown.ts";
import { WarehouseError } from "../../../functions/shared/stores/bigquery/error.ts";
import { worldStart } from "../../../infra/local/clock.ts";
import { type Demo, timeoutMs } from "../../support/a-demo.ts";
import { atNoon } from "../../support/a-source.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * The data audit of 8 February 2026, section by section, out of one look at the demo's warehouse: with its clean views and
 * its hashed tables, as the functions that keep them leave it.
 */
export function reportOfTheAudit(demo: () => Demo): void {
  let reported: Reported;
  let markdown: string;

  beforeAll(async () => {
    const file = parseWarehouseFile(demo().file, "warehouse.yaml");
    const warehouse = demo().open("reconciliation");
    const facts = await gatherFrom(file, atNoon, warehouse, {
      ...deployed(file, atNoon, warehouse),
      allow: async () => {},
    });
    const problems = problemsOf(facts.freshness, worldStart);
    const judged = judgeAll({ file, facts, now: worldStart, isLookBack: false });
    const decision = decide(judged, problems, null, worldStart);
    reported = { decision, facts, file, runs: warehouse.runs, brief: false };
    markdown = toMarkdown(toBlocks(reported));
  }, timeoutMs);

  function resultOf(check: CheckId, subject: string): Marked {
    const found = reported.decision.results.find((it) => it.check === check && it.subject === subject);
    if (found === undefined) throw new Error(`there is no result of ${check} on ${subject}`);
    return found;
  }

  /** Line of a table in the report that begins with this. */
  function lineOf(...cells: readonly string[]): string {
    const start = `| ${cells.join(" | ")} |`;
    const line = markdown.split("\n").find((it) => it.startsWith(start));
    if (line === undefined) throw new Error(`no line of the report begins with ${start}`);
    return line;
  }

  describe("freshness", () => {
    test.each([
      // Source, newest arrival, lag, what is not visible: to a dollar, and as the report says it.
      ["facebook_ads_insights", "2 Feb 2026 12:00 UTC", "6.0 days", 120_033, "about $120K spend not visible"],
      ["shopify_live_orders", "5 Feb 2026 12:00 UTC", "72 h", 270_002, "about $270K revenue not visible"],
      ["tiktokads_reports_daily", "5 Feb 2026 12:00 UTC", "72 h", 6_003, "about $6K spend not visible"],
    ])("%s: newest row of %s, %s behind, %i dollars not visible", (source, newest, lag, dollars, shown) => {
      const { impact } = resultOf("freshness", source);
      expect(impact).toMatchObject({ currency: "USD" });
      expect(Math.round(impact?.amount ?? 0)).toBe(dollars);
      expect(lineOf(source, newest)).toContain(`| ${lag} | critical | ${shown} |`);
    });

    test("the loss of Shopify is three days of $90K", () => {
      expect(resultOf("freshness", "shopify_live_orders").impact?.basis).toMatch(/^3\.0 days × \$90K a day/);
      expect(resultOf("freshness", "facebook_ads_insights").impact?.basis).toMatch(
        /^6\.0 days × \$20K a day/,
      );
    });

    test("two causes: Facebook by itself, and what Shopify and TikTok run on", () => {
      const items = reported.decision.items.filter(({ results: [first] }) => first?.check === "freshness");
      expect(items.map(({ title, owners }) => [title, owners])).toEqual([
        ["Shopify and TikTok stopped together on 5 Feb 2026", ["data-platform@hulken.example"]],
        ["Facebook Marketing stopped on 2 Feb 2026", ["growth@hulken.example"]],
      ]);
    });

    test("what is up to date passes: the UTM loader and all three exports of GA4", () => {
      for (const source of ["shopify_utm", "ga4_eu", "ga4_us", "ga4_ca"])
        expect(resultOf("freshness", source).status, source).toBe("ok");
    });
  });

  test("a stale source is shown by its rows day by day, and a fresh one needs no query", () => {
    expect(resultOf("freshness", "facebook_ads_insights").query?.statement).toBe("continuity/evidence");
    expect(resultOf("freshness", "shopify_utm").query).toBeNull();
  });

  describe("people", () => {
    test("all 9,865 orders and 13,350 customers are hashed; 51 customers never gave a number", () => {
      expect(resultOf("pii_hashing", "shopify_live_orders")).toMatchObject({
        status: "ok",
        evidence: { raw_rows: 9_865, email_hash_hashed: 9_865, phone_hash_hashed: 9_865, readable_rows: 0 },
      });
      expect(resultOf("pii_hashing", "shopify_live_customers")).toMatchObject({
        status: "ok",
        evidence: {
          raw_rows: 13_350,
          email_hash_hashed: 13_350,
          phone_hash_hashed: 13_299,
          phone_hash_never_given: 51,
          readable_rows: 0,
        },
      });
      lineOf("shopify_live_customers_clean", "13,350", "phone_hash", "13,299 (99.6 %)", "51", "0");
    });

    test("6,888 of 9,175 people of the orders are customers", () => {
      expect(resultOf("hash_matches", "shopify_live_orders.email_hash")).toMatchObject({
        status: "ok",
        evidence: { hashes: 9_175, matching: 6_888 },
      });
    });

    test("what nobody has searched yet is unknown, and not ok", () => {
      expect(resultOf("pii_search", "hulken.ads_data")).toMatchObject({
        status: "unknown",
        code: "not_searched",
      });
    });
  });

  describe("duplicates", () => {
    test("33,253 of 159,342 rows of facebook_ads_insights, 20.9 %", () => {
      const { evidence } = resultOf("duplicates", "facebook_ads_insights");
      expect(evidence).toMatchObject({ rows: 159_342, repeats: 33_253, facts: 126_089 });
      lineOf("facebook_ads_insights", "159,342", "33,253", "20.9 %");
    });

    test.each([
      ["hulken.ads_data.shopify_orders", 585_927],
      ["shopify_utm", 592_091],
      ["tiktokads_reports_daily", 30_287],
      ["tiktokads_audience_reports_by_province_daily", 1_052_020],
      ["shopify_live_orders", 9_865],
      ["shopify_live_customers", 13_350],
    ])("%s: none of %i rows", (subject, rows) => {
      expect(resultOf("duplicates", subject)).toMatchObject({
        status: "ok",
        evidence: { rows, repeats: 0, rate: 0 },
      });
    });
  });

  describe("continuity", () => {
    const facebook = ["2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06", "2026-02-07"];
    test.each([
      ["facebook_ads_insights", facebook],
      ["shopify_live_orders", facebook.slice(3)],
      ["tiktokads_reports_daily", facebook.slice(3)],
    ])("%s lacks %j of the last 30 days", (source, missing) => {
      expect(resultOf("continuity", source)).toMatchObject({
        status: "critical",
        evidence: { missing, due_days: 30, gaps: 0 },
        // It is stale, which explains it: nobody is told of it twice.
        consequenceOf: { check: "freshness", subject: source },
      });
    });

    test("shopify_utm lacks none", () => {
      expect(resultOf("continuity", "shopify_utm")).toMatchObject({
        status: "ok",
        evidence: { missing: [], due_days: 30 },
      });
    });
  });

  describe("volume", () => {
    const listing = () => {
      const found = reported.facts.listings.get("hulken.ads_data");
      if (found === undefined || found instanceof WarehouseError) throw new Error("ads_data is not listed");
      return [...found.values()].filter(({ kind }) => kind === "table");
    };

    test("ads_data has 49 tables", () => {
      expect(listing()).toHaveLength(49);
      expect(lineOf("hulken.ads_data", "49")).toMatch(/\| [\d,]+ \| [\d.]+ GB \|$/);
    });

    // The audit says 4.5 million rows in all and 5.2 million in the ten tables it names: the world holds to the second. Its rows
    // are narrower than a connector's, so that 7.1 GB are 1.4 here.
    test("and the rows of the tables that the audit names, with a little more", () => {
      const named = 159_342 + 1_494_810 + 332_442 + 911_412 + 30_287 + 1_052_020 + 585_927 + 592_091;
      const rows = listing().reduce((sum, table) => sum + table.rows, 0);
      expect(rows).toBeGreaterThan(named);
      expect(rows).toBeLessThan(named * 1.05);
      expect(lineOf("hulken.ads_data", "49")).toContain(` ${rows.toLocaleString("en-US")} `);
    });
  });

  describe("performance", () => {
    test.each([
      ["Facebook", "$365,294.00", "$492,856.00", "1.35×"],
      ["TikTok", "$36,026.00", "$30,917.00", "0.86×"],
    ])("%s: spend %s, attributed revenue %s, ROAS %s", (...cells) => {
      lineOf(...cells);
    });

    test("by the raw table, Facebook's would be 0.57: spend is counted more than twice", () => {
      expect(resultOf("roas", "facebook").evidence).toMatchObject({
        spend: "365294",
        revenue: "492856",
        roas: "1.3492",
        roas_raw: "0.5709",
      });
      expect(resultOf("roas", "tiktok").evidence).toMatchObject({
        spend: "36026",
        spend_raw: "36026",
        revenue: "30917",
        roas: "0.8582",
      });
    });

    test("22 of 38 campaigns of Facebook's orders join with the platform's, and 34 of 34 of TikTok's", () => {
      expect(resultOf("campaigns", "facebook")).toMatchObject({
        status: "warning",
        evidence: { campaigns: 38, matching: 22 },
      });
      expect(resultOf("campaigns", "tiktok")).toMatchObject({
        status: "ok",
        evidence: { campaigns: 34, matching: 34 },
      });
    });
  });

  describe("what is not as the audit has it, on purpose", () => {
    test("three days of silence are critical by the thresholds of the warehouse file", () => {
      for (const source of ["shopify_live_orders", "tiktokads_reports_daily"])
        expect(resultOf("freshness", source)).toMatchObject({
          status: "critical",
          evidence: { critical_after_hours: 48 },
        });
    });

    test("keys of the breakdowns name what they are cut by, so that they repeat what the whole does and hold its money", () => {
      for (const cut of ["age_and_gender", "country", "region"]) {
        const subject = `facebook_ads_insights_${cut}`;
        const { rate } = resultOf("duplicates", subject).evidence;
        expect(rate, subject).toBeCloseTo(0.209, 3);
        expect(resultOf("breakdown", subject), subject).toMatchObject({
          status: "ok",
          // Through the last day that both have whole.
          evidence: { amount_base: "355947.5", amount_breakdown: "355947.5", to: "2026-02-01" },
        });
      }
    });

    test("ROAS is to be quoted as far as spend and revenue are complete: jointly through 1 February", () => {
      expect(reported.decision.trustedThrough).toBe("2026-02-01");
      expect(reported.decision.trusted).toMatchObject([
        { platform: { id: "facebook" }, spend: "2026-02-01", revenue: "2026-02-07", through: "2026-02-01" },
        { platform: { id: "tiktok" }, spend: "2026-02-04", revenue: "2026-02-07", through: "2026-02-04" },
      ]);
      expect(markdown).toContain("Spend and revenue of all platforms are complete through 1 Feb 2026.");
      expect(resultOf("roas", "facebook")).toMatchObject({ status: "warning", code: "days_differ" });
    });

    test("clean views and clean tables hold what their raw tables do", () => {
      const compared = reported.decision.results.filter(({ check }) => check === "raw_vs_clean");
      expect(compared.map(({ status }) => status)).toEqual(Array(6).fill("ok"));
    });
  });

  describe("no figure of the audit is written down where it is worked out", () => {
    const figures =
      /\b(9865|13350|13299|6888|9175|159342|33253|126089|585927|592091|30287|1494810|332442|911412|1052020|36529[0-9]*|36026|49285[0-9]*|30917|0?\.209|1\.35|0\.86|hulken)\b/i;
    const sources = ["functions", "sql"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(ts|sql|json)$/.test(name))
        .map((name) => join(folder, name)),
    );

    /** A comment may show one as an example of how it is written. */
    const codeOf = (name: string) =>
      readFileSync(join(root, name), "utf8")
        .replace(/\/\*\*[\s\S]*?\*\/|^\s*(\/\/|--).*$/gm, "")
        .replace(/(?<=\d)[_,](?=\d)/g, "");

    test("in none of the functions, and in no statement", () => {
      expect(sources.length).toBeGreaterThan(200);
      const found = sources.filter((name) => figures.test(codeOf(name)));
      expect(found).toEqual([]);
    });
  });
}
