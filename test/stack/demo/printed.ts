import { expect, test } from "vitest";

/** What one run of every schedule prints: the audit's figures, and each message once. */
export function printed(text: () => string): void {
  test.each([
    ["facebook_ads_insights", "critical"],
    ["shopify_live_orders", "critical"],
    ["shopify_live_customers", "critical"],
    ["tiktokads_reports_daily", "critical"],
    ["shopify_utm", "ok"],
    ["ga4_eu", "ok"],
    ["ga4_us", "ok"],
    ["ga4_ca", "ok"],
  ])("finds %s %s", (source, status) => {
    expect(text()).toMatch(new RegExp(`^${source} +${status} `, "m"));
  });

  test("tells how much money is not visible, near to what the audit found", () => {
    const amountOf = (source: string) =>
      Number(new RegExp(`^${source} .*?\\$([\\d.]+)K`, "m").exec(text())?.[1]);

    expect(Math.abs(amountOf("facebook_ads_insights") - 120)).toBeLessThan(6);
    expect(Math.abs(amountOf("shopify_live_orders") - 270)).toBeLessThan(14);
    expect(Math.abs(amountOf("tiktokads_reports_daily") - 6)).toBeLessThan(0.4);
  });

  test.each([
    ["facebook_insights", "159,342", "126,089"],
    ["facebook_insights_age_gender", "1,494,810", "1,182,891"],
    ["facebook_insights_country", "332,442", "263,092"],
    ["facebook_insights_region", "911,412", "721,250"],
  ])("makes the clean view %s: of %s raw rows, %s are one row per fact", (view, raw, clean) => {
    const amount = "\\$1M of spend";
    expect(text()).toMatch(new RegExp(`^${view} +unchanged +${raw} +${clean} +20\\.9 % +${amount}$`, "m"));
  });

  test("says what the return on ad spend is, and what it would be by the raw table", () => {
    expect(text()).toContain(
      "Return on ad spend, facebook: 1.35; read from the raw table it would be 0.57. Spend ends on 2 Feb 2026,",
    );
  });

  test.each([
    ["shopify_live_orders", "email", "9,865", "9,865", "0"],
    ["shopify_live_orders", "phone", "9,865", "9,865", "0"],
    ["shopify_live_customers", "email", "13,350", "13,350", "0"],
    ["shopify_live_customers", "phone", "13,350", "13,299", "51"],
  ])(
    "hashes everybody: %s, %s of %s rows, and leaves nothing to be read",
    (table, column, rows, hashed, none) => {
      expect(text()).toMatch(new RegExp(`^${table} +${column} +${rows} +${hashed} +${none} +0 +0$`, "m"));
    },
  );

  test("says how many people join, and that the large tables are not searched yet", () => {
    expect(text()).toContain("6,888 of 9,175 different persons of shopify_live_orders are also in");
    expect(text()).toMatch(/^UNKNOWN: the search, every text of every table: \d\d of 49 tables searched/m);
  });

  test("sees two causes, each told once in Slack and once by email, and tells once of the views, the figures and the report", () => {
    expect(
      text()
        .match(/^CRITICAL: .*$/gm)
        ?.sort(),
    ).toEqual([expect.stringContaining("Facebook"), expect.stringMatching(/Shopify and TikTok/)]);
    const [facebook, airbyte] = [
      "Facebook Marketing stopped on 2 Feb 2026",
      "Shopify and TikTok stopped together on 5 Feb 2026",
    ];
    expect(
      text()
        .match(/^ {2}\| .*(?<=^ {2}\| \S+ )(?:CRITICAL|WARNING|NEWS): .*$/gm)
        ?.sort(),
    ).toEqual([
      `  | 🔴 CRITICAL: ${facebook.toUpperCase()}`,
      `  | 🔴 CRITICAL: ${airbyte.toUpperCase()}`,
      "  | 🔵 NEWS: 4 CLEAN VIEWS WERE MADE",
      "  | 🔵 NEWS: RECONCILIATION REPORT, 8 FEB 2026: 5 THINGS TO DO",
      "  | 🟠 WARNING: 5 RECONCILIATION CHECKS HAVE WARNINGS",
    ]);
    expect(
      text()
        .match(/^ {2}\| Subject: .*$/gm)
        ?.sort(),
    ).toEqual([
      `  | Subject: [critical] ${facebook}`,
      `  | Subject: [critical] ${airbyte}`,
      "  | Subject: [news] 4 clean views were made",
      "  | Subject: [news] Reconciliation report, 8 Feb 2026: 5 things to do",
      "  | Subject: [warning] 5 reconciliation checks have warnings",
    ]);
    expect(text().match(/^Slack, #/gm)).toHaveLength(5);
    expect(text().match(/^Email, /gm)).toHaveLength(5);
  });
}
