import { describe, expect, test } from "vitest";
import { roasResult } from "../../../../functions/checks/roas/as-result.ts";
import { judge } from "../../../../functions/checks/roas/judge.ts";
import type { Money } from "../../../../functions/checks/roas/types.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aPlatform } from "../../../support/a-platform.ts";

const platform = aPlatform();
const read = (changes: Partial<Money> = {}): Money => ({
  revenue: "492856",
  orders: 1445,
  lastRevenueDay: "2026-02-08",
  spend: "365294",
  spendRaw: "365294",
  lastSpendDay: "2026-02-08",
  roas: "1.3492",
  roasRaw: "0.5709",
  revenueUnreadable: 0,
  spendUnreadable: 0,
  ...changes,
});
const result = (
  money: Money | WarehouseError,
  { through = "2026-02-08" as string | null, breakEven = 1, coarse = null as string | null } = {},
) =>
  roasResult(
    judge({ platform, firstDay: "2026-01-09", lastDay: "2026-02-08", money }, coarse),
    through,
    breakEven,
  );

describe("return on ad spend, as a result", () => {
  test("passes where the verdict is well, without the platform's name", () => {
    expect(result(read())).toEqual({
      check: "roas",
      subject: "facebook",
      owner: "growth@example.com",
      status: "ok",
      code: null,
      text: "9 Jan 2026 to 8 Feb 2026: revenue 492,856 USD of 1,445 orders, spend 365,294 USD, ROAS 1.35.",
      evidence: {
        spend: "365294",
        spend_raw: "365294",
        revenue: "492856",
        roas: "1.3492",
        roas_raw: "0.5709",
        break_even: 1,
        from: "2026-01-09",
        to: "2026-02-08",
        currency: "USD",
      },
      cause: null,
      impact: null,
      actions: [],
      since: null,
      follows: [],
      query: null,
      retry: false,
    });
  });

  test.each([
    ["2026-02-07", " Complete only through 7 Feb 2026."],
    ["2026-02-08", ""],
    ["2026-02-09", ""],
    [null, " The last complete day is unknown."],
  ])("complete through %s:%s", (through, text) => {
    const it = result(read(), { through });
    expect(it.status).toBe("ok");
    expect(it.text.split("ROAS 1.35.")[1]).toBe(text);
  });

  test.each([
    [1.3493, true],
    [1.3492, false],
    [1.3491, false],
  ])("at a break-even of %d it costs more than it earns: %s", (breakEven, isBelow) => {
    expect(result(read(), { breakEven }).text.includes("It costs more than it earns")).toBe(isBelow);
  });

  test("no order is a return of nothing, and known", () => {
    const it = result(read({ revenue: null, orders: 0, roas: null, roasRaw: null }));
    expect(it).toMatchObject({ status: "ok", evidence: { revenue: "0", roas: "0", roas_raw: "0" } });
    expect(it.text).toContain("It costs more than it earns: break-even is 1.00.");
  });

  test("days that differ are a warning, which the freshness of what ends first explains", () => {
    const spend = result(read({ lastSpendDay: "2026-02-02" }), { through: "2026-02-01" });
    expect(spend).toMatchObject({
      status: "warning",
      code: "days_differ",
      follows: [{ check: "freshness", subject: "facebook_ads" }],
      impact: null,
      actions: ["Read ROAS only as far as both are complete, 1 Feb 2026"],
    });
    expect(spend.text).toMatch(
      /ROAS 1\.35\. Complete only through 1 Feb 2026\. Spend ends on 2 Feb 2026, .*: ROAS is too high\.$/,
    );
    const revenue = result(read({ lastRevenueDay: "2026-02-02" }), { through: null });
    expect(revenue.follows).toEqual([{ check: "freshness", subject: "orders" }]);
    expect(revenue.actions).toEqual(["Read ROAS only as far as both are complete"]);
  });

  test("a key that is too coarse is a warning of its own", () => {
    const it = result(read(), { coarse: "clean" });
    expect(it).toMatchObject({ status: "warning", code: "key_too_coarse", follows: [], cause: null });
    expect(it.actions[0]).toContain("Fix the key");
  });

  test.each([
    ["no_spend", { spend: null, lastSpendDay: null, roas: null, roasRaw: null, spendRaw: null }],
    ["no_revenue", { lastRevenueDay: null, revenue: null, orders: 0, roas: null, roasRaw: null }],
  ])("%s is unknown, and says nothing of how complete it is", (code, changes) => {
    const it = result(read(changes), { through: null });
    expect(it).toMatchObject({ status: "unknown", code, retry: false, evidence: { roas: null } });
    expect(it.text).not.toMatch(/complete|costs/);
    expect(it.evidence.revenue).toBe(code === "no_revenue" ? null : "492856");
  });

  test.each([
    [3, 0, "3 amounts of revenue cannot be read, or are in another currency than USD.", []],
    [0, 1, "1 amount of spend cannot be read, or is in", [{ check: "spend", subject: "facebook" }]],
    [2, 1, "2 amounts of revenue and 1 amount of spend cannot be read, or are in", []],
  ])(
    "with %i amounts of revenue and %i of spend in no sum it is unknown",
    (revenue, spend, text, follows) => {
      const it = result(
        read({ revenueUnreadable: revenue, spendUnreadable: spend, roas: null, roasRaw: null }),
      );
      expect(it).toMatchObject({
        status: "unknown",
        code: "amounts_in_no_sum",
        follows,
        evidence: { revenue: "492856", spend: "365294", roas: null, roas_raw: null },
      });
      expect(it.text).toContain(text);
    },
  );

  test("what could not be read is unknown, and may be later", () => {
    const it = result(new WarehouseError("temporary", "table-stats/table", "busy"));
    expect(it).toMatchObject({
      status: "unknown",
      code: "not_checked",
      retry: true,
      evidence: { spend: null, spend_raw: null, revenue: null, roas_raw: null },
    });
    expect(result(new WarehouseError("not_found", "table-stats/table", "gone")).retry).toBe(false);
  });
});
