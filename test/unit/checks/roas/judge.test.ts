import { describe, expect, test } from "vitest";
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
  spendRaw: "863313.31",
  lastSpendDay: "2026-02-08",
  roas: "1.3492",
  roasRaw: "0.5709",
  revenueUnreadable: 0,
  spendUnreadable: 0,
  ...changes,
});
const judged = (it: Money | WarehouseError, coarse?: string) =>
  judge({ platform, firstDay: "2026-01-09", lastDay: "2026-02-08", money: it }, coarse);

describe("return on ad spend", () => {
  test("is revenue over clean spend, and what the raw table would have said stands beside it", () => {
    expect(judged(read())).toMatchObject({ status: "ok", finding: null, checked: true, retry: false });
    expect(judged(read()).text).toBe(
      "Facebook, 9 Jan 2026 to 8 Feb 2026: revenue 492,856 USD of 1,445 orders, spend 365,294 USD, ROAS 1.35. " +
        "Read from the raw table, spend is 863,313 USD and ROAS 0.57.",
    );
  });

  test("says nothing of the raw table where it says the same", () => {
    expect(judged(read({ spendRaw: "365294", roasRaw: "1.3492" })).text).toMatch(/ROAS 1\.35\.$/);
  });

  test.each([
    ["2026-02-07", "2026-02-08", "ok", null],
    ["2026-02-08", "2026-02-07", "ok", null],
    [
      "2026-02-02",
      "2026-02-08",
      "warning",
      "Spend ends on 2 Feb 2026, revenue goes on to 8 Feb 2026: ROAS is too high.",
    ],
    [
      "2026-02-06",
      "2026-02-08",
      "warning",
      "Spend ends on 6 Feb 2026, revenue goes on to 8 Feb 2026: ROAS is too high.",
    ],
    [
      "2026-02-08",
      "2026-02-06",
      "warning",
      "Revenue ends on 6 Feb 2026, spend goes on to 8 Feb 2026: ROAS is too low.",
    ],
  ])("spend to %s and revenue to %s: %s", (lastSpendDay, lastRevenueDay, status, text) => {
    const verdict = judged(read({ lastSpendDay, lastRevenueDay }));
    expect(verdict.status).toBe(status);
    expect(verdict.finding?.text ?? null).toBe(text);
    expect(verdict.text).toContain("ROAS 1.35");
  });

  test("over spend by a key that is too coarse misleads, with the days beside it", () => {
    const verdict = judged(read(), "clean");
    expect(verdict).toMatchObject({ status: "warning", finding: { code: "key_too_coarse" } });
    expect(verdict.finding?.text).toBe(
      "The key of clean is too coarse, so clean spend leaves out rows that are no repeats: it is too low, and ROAS too high.",
    );
    expect(verdict.text).toContain("ROAS 1.35");
    const both = judged(read({ lastSpendDay: "2026-02-02" }), "clean");
    expect(both.finding?.text).toMatch(/ROAS too high\. Spend ends on 2 Feb 2026, .*: ROAS is too high\.$/);
    expect(judged(read({ spend: null }), "clean").finding?.code).toBe("no_spend");
  });

  test.each([
    [2, 0, "2 amounts of revenue cannot be read, or are in another currency than USD."],
    [0, 1, "1 amount of spend cannot be read, or is in another currency than USD."],
    [
      2,
      3,
      "2 amounts of revenue and 3 amounts of spend cannot be read, or are in another currency than USD.",
    ],
  ])(
    "with %i amounts of revenue and %i of spend in no sum it is unknown, and says how many",
    (revenueUnreadable, spendUnreadable, text) => {
      const verdict = judged(read({ revenueUnreadable, spendUnreadable, roas: null, roasRaw: null }));
      expect(verdict).toMatchObject({
        status: "unknown",
        finding: { code: "amounts_in_no_sum" },
        text: `ROAS is unknown: ${text}`,
        checked: true,
      });
    },
  );

  test.each([
    ["none", { spend: null, lastSpendDay: null, roas: null }],
    ["zero", { spend: "0", roas: null }],
    ["below zero", { spend: "-3", roas: "-1" }],
  ])("spend that is %s is unknown", (_, changes) => {
    const verdict = judged(read(changes));
    expect(verdict).toMatchObject({ status: "unknown", finding: { code: "no_spend" }, checked: true });
    expect(verdict.text).not.toContain("ROAS");
  });

  test("a cent of spend is spend", () => {
    expect(judged(read({ spend: "0.01" })).status).toBe("ok");
  });

  test("without orders at all, or with amounts that cannot be read, revenue is unknown", () => {
    expect(judged(read({ lastRevenueDay: null, revenue: null, orders: 0 })).finding?.code).toBe("no_revenue");
    expect(judged(read({ revenue: null, roas: null })).finding?.code).toBe("no_revenue");
  });

  test("orders, but none of this platform: a return of nothing, and known", () => {
    const verdict = judged(read({ revenue: null, orders: 0, roas: null, roasRaw: null }));
    expect(verdict.status).toBe("ok");
    expect(verdict.text).toContain("revenue 0 USD of 0 orders, spend 365,294 USD, ROAS 0.00");
  });

  test("what could not be read is unknown and not checked", () => {
    const error = new WarehouseError("temporary", "table-stats/table", "busy");
    expect(judged(error)).toMatchObject({
      status: "unknown",
      finding: { code: "not_checked" },
      money: null,
      checked: false,
      retry: true,
    });
  });
});
