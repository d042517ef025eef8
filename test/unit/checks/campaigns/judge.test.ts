import { describe, expect, test } from "vitest";
import { judgeCampaigns } from "../../../../functions/checks/campaigns/judge.ts";
import type { LabelStats } from "../../../../functions/checks/table-stats/types.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aLabel } from "../../../support/a-money-reading.ts";
import { aPlatform } from "../../../support/a-platform.ts";

const platform = aPlatform({
  revenue: { ...aPlatform().revenue, is: [" Facebook "] },
  campaigns: { spend: { column: "campaign_name", jsonPath: null }, revenue: "utm_campaign" },
});
const window = { firstDay: "2026-01-09", lastDay: "2026-02-08" };
/** Labels of the spend have no platform, and may be of any day. */
const named = (...names: (string | null)[]) => names.map((it) => aLabel(it, { platform: null, day: null }));
const brought = (campaign: string | null, clean: string | null, parts: Partial<LabelStats> = {}) =>
  aLabel(campaign, { clean, ...parts });
const judged = (orders: readonly LabelStats[], names: readonly LabelStats[], it = platform) =>
  judgeCampaigns(it, orders, names, window);

describe("campaigns", () => {
  test("of orders that are all the platform's pass", () => {
    const result = judged([brought("a", "1"), brought("b", "2")], named("a", "b", "c"));
    expect(result).toMatchObject({
      check: "campaigns",
      subject: "facebook",
      owner: "growth@example.com",
      status: "ok",
      text: "All 2 campaigns of orders are campaigns of Facebook.",
      impact: null,
    });
    expect(result.evidence).toEqual({
      campaigns: 2,
      matching: 2,
      not_matching: [],
      near_matches: 0,
      orders_without_campaign: 0,
      revenue_not_matching: "0",
      currency: "USD",
    });
    expect(judged([brought("a", "1")], named("a")).text).toBe(
      "The one campaign of orders is a campaign of Facebook.",
    );
  });

  test("one that is none of them is a warning, with the revenue credited to none", () => {
    const result = judged(
      [
        brought("a", "1"),
        brought("x", "0.1", { facts: 2 }),
        brought("x", "0.2", { day: "2026-02-02" }),
        brought("y", "5"),
      ],
      named("a"),
    );
    expect(result).toMatchObject({
      status: "warning",
      code: "campaigns_do_not_join",
      evidence: { campaigns: 3, matching: 1, not_matching: ["y", "x"], revenue_not_matching: "5.3" },
      impact: { amount: 5.3, low: 5.3, high: 5.3, currency: "USD", what: "revenue credited to no campaign" },
      query: { statement: "campaigns/evidence" },
    });
    expect(result.text).toBe(
      "1 of 3 campaigns of orders is a campaign of Facebook; the others have 4 orders of $5.30.",
    );
    expect(result.cause).toContain("do not name the campaign");
    expect(result.actions).toHaveLength(2);
  });

  test.each([
    [
      ["a", "b", "x"],
      "2 of 3 campaigns of orders are campaigns of Facebook; the others have 1 order of $1.00.",
    ],
    [
      ["x", "y"],
      "None of the 2 campaigns of orders is a campaign of Facebook; the others have 2 orders of $2.00.",
    ],
    [["x"], "0 of 1 campaigns of orders are campaigns of Facebook; the others have 1 order of $1.00."],
  ])("%o: %s", (campaigns, text) => {
    const result = judged(
      campaigns.map((it) => brought(it, "1")),
      named("a", "b"),
    );
    expect(result.text).toBe(text);
  });

  test("names match as they are, without surrounding blanks", () => {
    expect(judged([brought(" a ", "1")], named("a\t")).status).toBe("ok");
    expect(judged([brought("a ", "1"), brought("a", "2")], named("a")).evidence.campaigns).toBe(1);
  });

  test.each([
    ["Summer Sale", "summer sale", 1],
    ["summer  sale", "summer sale", 1],
    ["summer\tsale", "summer sale", 1],
    ["summersale", "summer sale", 0],
    ["summer-sale", "summer sale", 0],
  ])("%s for %s is no match: %i near misses", (order, name, near) => {
    const result = judged([brought(order, "1")], named(name));
    expect(result).toMatchObject({
      status: "warning",
      evidence: { near_matches: near, not_matching: [order] },
    });
    expect(result.text.includes("1 of them differs in case or blanks only.")).toBe(near === 1);
    expect(result.cause?.includes("written in another way")).toBe(near === 1);
    const back = judged([brought(name, "1")], named(order));
    expect(back.evidence.near_matches).toBe(near);
  });

  test("a campaign that matches is no near miss of another", () => {
    const result = judged(
      [brought("a", "1"), brought("A", "1"), brought("AB", "1"), brought("aB", "1")],
      named("a", "ab"),
    );
    expect(result.evidence).toMatchObject({ matching: 1, near_matches: 3 });
    expect(result.text).toContain("3 of them differ in case or blanks only.");
  });

  test("most revenue first, those without any that can be read last, then by name", () => {
    const result = judged(
      [
        brought("q", null, { unreadable: 1 }),
        brought("p", null, { unreadable: 1 }),
        brought("d", "9"),
        brought("c", "10"),
        brought("f", "9"),
        brought("e", "9"),
        brought("z", "-1"),
      ],
      named("a"),
    );
    expect(result.evidence.not_matching).toEqual(["c", "d", "e", "f", "z", "p", "q"]);
    const turned = judged([brought("c", "1"), brought("p", null)], named("a"));
    expect(turned.evidence.not_matching).toEqual(["c", "p"]);
  });

  test.each([null, "", "  "])("orders whose campaign is %o are counted, and are no one's loss", (blank) => {
    const result = judged([brought("a", "1"), brought(blank, "7", { facts: 3 })], named("a", blank));
    expect(result).toMatchObject({ status: "ok", impact: null, evidence: { orders_without_campaign: 3 } });
    expect(result.text).toContain("3 orders name no campaign.");
    const one = judged([brought("x", "1"), brought(blank, "7")], named("a"));
    expect(one.impact?.amount).toBe(1);
    expect(one.text).toContain("1 order names no campaign.");
  });

  test("orders of others, of other days and of no day have no say", () => {
    const result = judged(
      [
        brought("a", "1", { day: "2026-01-09" }),
        brought("b", "1", { day: "2026-02-08" }),
        brought("x", "1", { platform: "tiktok" }),
        brought("x", "1", { platform: null }),
        brought("x", "1", { day: null }),
        brought("x", "1", { day: "2026-01-08" }),
        brought("x", "1", { day: "2026-02-09" }),
        brought("x", null, { facts: 0 }),
        brought(null, "1", { platform: "tiktok" }),
      ],
      named("a", "b"),
    );
    expect(result).toMatchObject({ status: "ok", evidence: { campaigns: 2, orders_without_campaign: 0 } });
  });

  test("amounts that are in no sum are said; without any there is no estimate", () => {
    const some = judged(
      [brought("x", "5", { facts: 5, unreadable: 1, foreign: 1, withoutAmount: 1 })],
      named("a"),
    );
    expect(some.text).toContain("the others have 5 orders of $5.00, and 3 whose amount is in no sum.");
    const none = judged([brought("x", null, { unreadable: 1 })], named("a"));
    expect(none).toMatchObject({ status: "warning", impact: null, evidence: { revenue_not_matching: null } });
    expect(none.text).toContain("1 order, of whose amounts none can be read.");
  });

  test.each([
    ["0", null],
    ["-5", null],
    ["0.01", 0.01],
  ])("revenue of %s comes to %s", (clean, amount) => {
    expect(judged([brought("x", clean)], named("a")).impact?.amount ?? null).toBe(amount);
  });

  test("a million cents are exact", () => {
    const orders = Array.from({ length: 1_000 }, (_, at) => brought(`x${at}`, "10.01"));
    expect(judged(orders, named("a")).evidence.revenue_not_matching).toBe("10010");
    expect(judged([brought("x", "0.1"), brought("y", "0.2")], named("a")).impact?.amount).toBe(0.3);
  });

  test.each([
    ["no orders", [], "No order is attributed to Facebook."],
    [
      "one order without a campaign",
      [brought(null, "1")],
      "None of the 1 order of Facebook names a campaign.",
    ],
    [
      "orders without a campaign",
      [brought(" ", "1", { facts: 2 })],
      "None of the 2 orders of Facebook names a campaign.",
    ],
  ])("%s: nobody can tell", (_, orders, text) => {
    expect(judged(orders, named("a"))).toMatchObject({ status: "unknown", code: "no_campaigns", text });
  });

  test.each([
    ["no rows", []],
    ["no names", named(null, " ")],
  ])("%s on the side of the spend: nobody can tell", (_, names) => {
    const result = judged([brought("a", "1")], names);
    expect(result).toMatchObject({ status: "unknown", code: "no_names" });
  });

  test("what could not be read is unknown", () => {
    const busy = new WarehouseError("temporary", "table-stats/table", "busy");
    expect(judgeCampaigns(platform, busy, named("a"), window)).toMatchObject({
      code: "not_read",
      retry: true,
    });
    expect(judgeCampaigns(platform, [brought("a", "1")], busy, window)).toMatchObject({ code: "not_read" });
  });

  test("the rows are asked for where the file says where campaigns are named", () => {
    const { query } = judged([brought("x", "1")], named("a"));
    expect(query?.inputs).toMatchObject({
      names: { orders_table: "shop.ads.facebook_ads", spend_table: "shop.ads.facebook_ads" },
      params: { is: ["facebook"], first_day: "2026-01-09", last_day: "2026-02-08" },
    });
    expect(judged([brought("x", "1")], named("a"), { ...platform, campaigns: null }).query).toBeNull();
  });
});
