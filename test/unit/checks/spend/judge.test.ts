import { describe, expect, test } from "vitest";
import { judgeSpend, spendOf } from "../../../../functions/checks/spend/judge.ts";
import type { DayStats } from "../../../../functions/checks/table-stats/types.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aDay, aReading, aRequest, usd } from "../../../support/a-money-reading.ts";
import { aPlatform } from "../../../support/a-platform.ts";

const platform = aPlatform();
const window = { firstDay: "2026-01-09", lastDay: "2026-02-08" };
const judged = (days: readonly DayStats[], it = window) => judgeSpend(platform, aReading(days), it);

describe("spend", () => {
  test("is the clean sum over the window, and how far it reaches", () => {
    const result = judged([
      aDay("2026-01-09", "365000", { raw: "700000" }),
      aDay("2026-02-02", "294", { raw: "300.1" }),
      aDay("2026-02-03", null, { facts: 0, rows: 0 }),
    ]);
    expect(result).toMatchObject({
      check: "spend",
      subject: "facebook",
      owner: "growth@example.com",
      status: "ok",
      impact: null,
    });
    expect(result.text).toBe("$365,294.00 from 9 Jan to 8 Feb 2026, newest day 2 Feb.");
    expect(result.evidence).toEqual({
      spend: "365294",
      spend_raw: "700300.1",
      currency: "USD",
      from: "2026-01-09",
      to: "2026-02-08",
      newest_day: "2026-02-02",
      unreadable: 0,
      without_amount: 0,
      other_currency: 0,
      days_without_whole_amount: [],
      negative_days: [],
    });
  });

  test("says both years where the window begins in the one before", () => {
    const it = { firstDay: "2025-12-20", lastDay: "2026-01-19" };
    expect(judged([aDay("2026-01-02", "1")], it).text).toContain("from 20 Dec 2025 to 19 Jan 2026");
  });

  test("days outside the window and rows without a day are in no sum and no count", () => {
    const bad = { unreadable: 1, withoutAmount: 1, foreign: 1 };
    const result = judged([
      aDay(null, "100", bad),
      aDay("2026-01-08", "-10", bad),
      aDay("2026-01-09", "1"),
      aDay("2026-02-08", "2"),
      aDay("2026-02-09", "1000", bad),
    ]);
    expect(result.status).toBe("ok");
    expect(result.evidence).toMatchObject({ spend: "3", newest_day: "2026-02-08" });
  });

  test("cents are exact", () => {
    expect(judged([aDay("2026-02-01", "0.1"), aDay("2026-02-02", "0.2")]).evidence.spend).toBe("0.3");
    const cents = Array.from({ length: 22 }, (_, at) => aDay(`2026-01-${at + 10}`, "33333.33"));
    expect(spendOf(aReading(cents), { firstDay: "2026-01-09", lastDay: "2026-01-31" }).clean).toBe(
      "733333.26",
    );
    expect(judged([aDay("2026-02-01", "90071992547409.93")]).text).toContain("$90,071,992,547,409.93");
  });

  test.each([
    [{ unreadable: 1 }, "1 row has an amount that is not a number, 2 Feb 2026."],
    [{ unreadable: 2 }, "2 rows have an amount that is not a number, 2 Feb 2026."],
    [{ withoutAmount: 1 }, "1 row has no amount, 2 Feb 2026."],
    [
      { unreadable: 1, withoutAmount: 3 },
      "1 row has an amount that is not a number, and 3 rows have no amount, 2 Feb 2026.",
    ],
  ])("%o: fails, and the sum is without them", (parts, text) => {
    const result = judged([aDay("2026-02-01", "5"), aDay("2026-02-02", "1", parts)]);
    expect(result).toMatchObject({
      status: "critical",
      code: "unreadable_amounts",
      impact: null,
      evidence: { days_without_whole_amount: ["2026-02-02"] },
      query: {
        statement: "spend/evidence",
        inputs: { params: { days: ["2026-02-02"], currency: "USD" } },
      },
    });
    expect(result.text).toBe(`${text} $6.00 from 9 Jan to 8 Feb 2026 is without them.`);
  });

  test("how many and which days is said, over all of them", () => {
    const result = judged([
      aDay("2026-02-01", "5", { unreadable: 2, withoutAmount: 1 }),
      aDay("2026-02-03", null, { unreadable: 3 }),
    ]);
    expect(result.evidence).toMatchObject({ unreadable: 5, without_amount: 1 });
    expect(result.text).toContain(
      "5 rows have an amount that is not a number, and 1 row has no amount, 1 Feb and 3 Feb 2026.",
    );
  });

  test("nothing that can be read is not nothing", () => {
    const result = judged([aDay("2026-02-01", null, { unreadable: 2 })]);
    expect(result).toMatchObject({ status: "critical", evidence: { spend: null } });
    expect(result.text).toContain("No amount can be summed.");
  });

  test.each([
    ["-0.01", "critical"],
    ["0", "ok"],
    ["0.01", "ok"],
  ])("a day of %s: %s", (clean, status) => {
    const result = judged([aDay("2026-02-01", "5"), aDay("2026-02-02", clean)]);
    expect(result.status).toBe(status);
    if (status === "critical")
      expect(result).toMatchObject({
        code: "negative_day",
        text: "Spend of a day is below zero, 2 Feb 2026: -$0.01. $4.99 from 9 Jan to 8 Feb 2026 includes that.",
        evidence: { negative_days: ["2026-02-02"] },
        query: { inputs: { params: { days: ["2026-02-02"] } } },
      });
  });

  test("several days below zero are said together", () => {
    const result = judged([aDay("2026-02-01", "-0.1"), aDay("2026-02-02", "-0.2"), aDay("2026-02-03", "9")]);
    expect(result.text).toContain("Spend of 2 days is below zero, 1 to 2 Feb 2026: -$0.30.");
  });

  test("rows in another currency are in no sum, and no rate is known", () => {
    const result = judged([aDay("2026-02-01", "5"), aDay("2026-02-02", "1", { foreign: 3 })]);
    expect(result).toMatchObject({
      status: "unknown",
      code: "other_currency",
      evidence: { other_currency: 3 },
      query: { inputs: { params: { days: ["2026-02-02"] } } },
    });
    expect(result.text).toBe(
      "3 rows have another currency than USD, and the rate is unknown, 2 Feb 2026. $6.00 from 9 Jan to 8 Feb 2026 is without them.",
    );
    expect(judged([aDay("2026-02-02", null, { foreign: 1 })]).text).toBe(
      "1 row has another currency than USD, and the rate is unknown, 2 Feb 2026. There are no amounts in USD.",
    );
  });

  test("what is worse comes first, and hides nothing", () => {
    const result = judged([aDay("2026-02-01", "-5", { unreadable: 1, foreign: 2 })]);
    expect(result.code).toBe("unreadable_amounts");
    expect(result.text).toContain("2 rows have another currency than USD.");
    expect(result.text).toContain("Spend is below zero on 1 Feb 2026.");
    const negative = judged([aDay("2026-02-01", "-5", { foreign: 2 })]);
    expect(negative.code).toBe("negative_day");
    expect(negative.text).toContain("2 rows have another currency than USD.");
    const alone = judged([aDay("2026-02-01", "5", { unreadable: 1 })]).text;
    expect(alone).not.toMatch(/currency|below/);
  });

  test.each([
    ["no rows", []],
    ["days without facts", [aDay("2026-02-01", null, { facts: 0 })]],
    ["days outside the window alone", [aDay("2026-01-08", "5")]],
  ])("%s: there is no spend, and nobody can tell", (_, days) => {
    const result = judged(days);
    expect(result).toMatchObject({ status: "unknown", code: "no_spend" });
    expect(result.text).toBe("No amount from 9 Jan to 8 Feb 2026.");
  });

  test("a sum of zero is known", () => {
    expect(judged([aDay("2026-02-01", "0")]).text).toContain("$0.00 from");
  });

  test("what could not be read is unknown", () => {
    const result = judgeSpend(platform, new WarehouseError("temporary", "table-stats/table", "busy"), window);
    expect(result).toMatchObject({ status: "unknown", code: "not_read", retry: true });
  });

  test("the newest day is the newest, in whatever order they come", () => {
    const days = ["2026-02-03", "2026-02-05", "2026-02-04"].map((day) => aDay(day, "1"));
    expect(spendOf(aReading(days), window).newestDay).toBe("2026-02-05");
  });

  test("the rows' own currency is asked of its column, where there is one", () => {
    const request = aRequest({ amount: { ...usd, currencyColumn: "currency" } });
    const answer = aReading([aDay("2026-02-01", "5", { foreign: 1 })], { request });
    const { names } = judgeSpend(platform, answer, window).query?.inputs ?? {};
    expect(names?.currency).toMatchObject({ sql: "CAST(`currency` AS STRING)" });
    const plain = judged([aDay("2026-02-01", "5", { unreadable: 1 })]).query?.inputs.names;
    expect(plain?.currency).toMatchObject({ sql: "@currency" });
  });
});
