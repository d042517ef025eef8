import { describe, expect, test } from "vitest";
import {
  type CleanView,
  judgeByKey,
  type Repeated,
} from "../../../../functions/checks/duplicates/judge-by-key.ts";
import type { StatsAnswer, TableStats } from "../../../../functions/checks/table-stats/types.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aDay, aReading, aRequest, exact, sums, window } from "../../../support/a-table-reading.ts";

const money = { kind: "spend", currency: "USD" } as const;

/** 159,342 rows of 126,089 facts, part of them before the window. */
function repeated(parts: Partial<TableStats> = {}): TableStats {
  return aReading(
    [
      aDay(null, { rows: 2, facts: 1, raw: "7", clean: "3" }),
      aDay("2026-01-08", { rows: 0, facts: 0, raw: "1000", clean: "1" }),
      aDay("2026-01-09", { rows: 100_000, facts: 80_000, raw: "600000.10", clean: "300000.1" }),
      aDay("2026-02-08", { rows: 40_000, facts: 30_000, raw: "263313.21", clean: "65293.9" }),
      aDay("2026-02-09", { rows: 0, facts: 0, raw: "500", clean: "5" }),
    ],
    { before: { ...sums({ rows: 19_340, facts: 16_088, raw: "9", clean: "8" }), nulls: [] }, ...parts },
  );
}

function judged(
  answer: StatsAnswer = repeated(),
  cleanView: CleanView = "none",
  parts: Partial<Repeated> = {},
  tolerance = exact,
) {
  const it = { request: aRequest(), owner: "growth@example.com", money, view: "ads_clean", ...parts };
  return judgeByKey(it, answer, cleanView, tolerance, window);
}
const rowsOf = (rows: number, facts: number) =>
  aReading([aDay("2026-02-01", { rows, facts, raw: null, clean: null })]);

describe("rows that are a fact already there", () => {
  test("none: nothing is wrong", () => {
    expect(judged(rowsOf(159_342, 159_342))).toMatchObject({
      check: "duplicates",
      subject: "facebook_ads",
      owner: "growth@example.com",
      status: "ok",
      code: null,
      text: "0 of 159,342 rows are repeats.",
      evidence: { rows: 159_342, facts: 159_342, repeats: 0, rate: 0, amount_raw: null, amount_clean: null },
      impact: null,
      query: null,
    });
    expect(judged(rowsOf(1, 1)).text).toBe("0 of 1 row are repeats.");
  });

  test("with a kept clean view, everybody is told to read that", () => {
    expect(judged(repeated(), "kept")).toMatchObject({
      status: "warning",
      code: "repeats",
      text:
        "33,253 of 159,342 rows (20.9 %) are repeats. A sum over the raw table answers $863,313.31 of spend from " +
        "9 Jan 2026 to 8 Feb 2026 instead of $365,294.00. ads_clean leaves them out.",
      evidence: {
        rows: 159_342,
        facts: 126_089,
        repeats: 33_253,
        rate: 33_253 / 159_342,
        amount_raw: "863313.31",
        amount_clean: "365294",
      },
      impact: null,
      actions: [
        "Read ads_clean and never the raw table",
        "Consider having the connector replace rows instead of appending",
      ],
    });
  });

  test("without one, what the raw table counts more than once is at stake, to the cent", () => {
    const result = judged();
    expect(result).toMatchObject({ status: "critical", code: "repeats" });
    expect(result.impact).toEqual({
      amount: 498_019.31,
      low: 498_019.31,
      high: 498_019.31,
      currency: "USD",
      what: "spend counted more than once",
      basis:
        "$863,313.31 in all rows less $365,294.00 in the latest version of each fact, 9 Jan 2026 to 8 Feb 2026",
    });
    expect(result.text).toMatch(/instead of \$365,294\.00\. No view leaves them out\.$/);
    expect(result.actions).toEqual([
      "Add a dedup view over shop.ads.insights to the warehouse file (dedup_views)",
    ]);
  });

  test.each([
    [
      "missing",
      "ads_clean",
      " ads_clean, which should leave them out, does not exist.",
      /^Check why ads_clean is not maintained/,
    ],
    ["missing", null, " Its clean view, which should leave them out, does not exist.", /^Add a dedup view/],
    [
      "unknown",
      "ads_clean",
      " Whether ads_clean leaves them out is unknown.",
      /^Check why ads_clean is not maintained/,
    ],
    ["unknown", null, " Whether a view leaves them out is unknown.", /^Add a dedup view/],
    ["none", null, " No view leaves them out.", /^Add a dedup view/],
  ] as const)("a view that is %s (%s) fails", (cleanView, view, text, action) => {
    const result = judged(repeated(), cleanView, { view });
    expect(result.status).toBe("critical");
    expect(result.impact?.amount).toBe(498_019.31);
    expect(result.text.endsWith(text)).toBe(true);
    expect(result.actions).toHaveLength(1);
    expect(result.actions[0]).toMatch(action);
  });

  test("a kept view without a name is still one", () => {
    const result = judged(repeated(), "kept", { view: null });
    expect(result.text).toMatch(/ Its clean view leaves them out\.$/);
    expect(result.actions[0]).toBe("Read its clean view and never the raw table");
  });

  test.each([
    ["at the absolute tolerance", 1_000, 990, { absolute: "10", relative: 0 }, "ok"],
    ["just above it", 1_000, 989, { absolute: "10", relative: 0 }, "critical"],
    ["just below the relative one", 1_000, 981, { absolute: "0", relative: 0.02 }, "ok"],
    [
      "at the relative one, of the rows and not of the facts",
      1_000,
      980,
      { absolute: "0", relative: 0.02 },
      "ok",
    ],
    ["just above the relative one", 1_000, 979, { absolute: "0", relative: 0.02 }, "critical"],
    ["above one of both only", 1_000, 900, { absolute: "100", relative: 0 }, "ok"],
  ])("%s", (_, rows, facts, tolerance, status) => {
    expect(judged(rowsOf(rows, facts), "none", {}, tolerance).status).toBe(status);
  });

  test("what is tolerated is said", () => {
    const result = judged(rowsOf(1_000, 999), "none", {}, { absolute: "1", relative: 0 });
    expect(result.text).toBe("1 of 1,000 rows is a repeat (0.1 %), within tolerance.");
    expect(judged(rowsOf(2, 1)).text).toBe("1 of 2 rows (50 %) is a repeat. No view leaves them out.");
  });

  test("rows of days, without a day and before the window are counted", () => {
    const before = { ...sums({ rows: 4, facts: 2 }), nulls: [] };
    const days = [aDay(null, { rows: 3, facts: 1 }), aDay("2026-02-01", { rows: 1, facts: 1 })];
    expect(judged(aReading(days, { before })).evidence).toMatchObject({
      rows: 8,
      facts: 4,
      repeats: 4,
      rate: 0.5,
    });
  });

  test("where only later rows were read, it says so", () => {
    const request = aRequest({ from: new Date("2026-01-08T00:00:00Z") });
    expect(judged(rowsOf(10, 10), "none", { request }).text).toBe(
      "0 of 10 rows that arrived since 8 Jan 2026 00:00 UTC are repeats.",
    );
    expect(judged(rowsOf(10, 9), "none", { request })).toMatchObject({
      text: "1 of 10 rows that arrived since 8 Jan 2026 00:00 UTC (10 %) is a repeat. No view leaves them out.",
      query: { inputs: { params: { from: request.from }, types: { from: "TIMESTAMP" } } },
    });
  });

  test("no money is said without amounts, or where nobody says what they are", () => {
    expect(judged(rowsOf(2, 1))).toMatchObject({ status: "critical", impact: null });
    expect(judged(rowsOf(2, 1)).text).not.toContain("USD");
    const silent = judged(repeated(), "none", { money: null });
    expect(silent.impact).toBeNull();
    expect(silent.text).not.toContain("sum");
  });

  test("facts without an amount are worth nothing, and what is repeated below zero stays so", () => {
    const some = (raw: string, clean: string | null) =>
      judged(aReading([aDay("2026-02-01", { rows: 3, facts: 1, raw, clean })]));
    expect(some("12.34", null).impact).toMatchObject({ amount: 12.34, low: 12.34, high: 12.34 });
    expect(some("12.34", null).text).toContain("$12.34 of spend");
    expect(some("12.34", null).text).toContain("instead of $0.00");
    expect(some("12.34", null).impact?.basis).toContain(" less $0.00 in the latest");
    expect(some("-30", "-10").impact?.amount).toBe(-20);
    expect(some("9007199254740993.1", "9007199254740993").impact?.amount).toBe(0.1);
  });

  test("without rows, or a key, nobody can tell", () => {
    expect(judged(aReading([]))).toMatchObject({
      status: "unknown",
      code: "no_rows",
      text: "No rows were read.",
    });
    expect(judged(repeated(), "none", { request: aRequest({ key: [] }) })).toMatchObject({
      status: "unknown",
      code: "no_key",
    });
  });

  test("what could not be read is unknown", () => {
    expect(judged(new WarehouseError("temporary", "table-stats/table", "busy"))).toMatchObject({
      status: "unknown",
      code: "not_read",
      retry: true,
    });
  });

  test("the question is asked of the raw table", () => {
    expect(judged().query).toMatchObject({
      statement: "duplicates/evidence",
      inputs: { names: { table: "shop.ads.insights" }, params: {} },
    });
  });
});
