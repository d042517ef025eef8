import { describe, expect, test } from "vitest";
import { type CleanSubject, judgeClean } from "../../../../functions/checks/raw-vs-clean/judge.ts";
import type { CleanDays } from "../../../../functions/checks/raw-vs-clean/types.ts";
import type { StatsAnswer } from "../../../../functions/checks/table-stats/types.ts";
import type { Tolerance } from "../../../../functions/checks/tolerance.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aDay, aReading, aRequest, exact, sums, window } from "../../../support/a-table-reading.ts";

const money = { kind: "spend", currency: "USD" } as const;
const view = { id: "ads_clean", view: { project: "shop", dataset: "clean", table: "ads" } };

/** Rows of the raw table's facts, their clean sum, by day; rows of the raw table are many more. */
type Part = readonly [day: string | null, rows: number, amount: string | null];

function raw(
  days: readonly Part[],
  before: readonly [number, string | null] = [0, null],
  from: Date | null = null,
) {
  return aReading(
    days.map(([day, facts, clean]) => aDay(day, { rows: facts * 3, facts, raw: "99999", clean })),
    {
      before: {
        ...sums({ rows: before[0] * 2, facts: before[0], raw: "88888", clean: before[1] }),
        nulls: [],
      },
      request: aRequest({ from }),
    },
  );
}

function clean(days: readonly Part[], before: readonly [number, string | null] = [0, null]): CleanDays {
  return {
    days: days.map(([day, rows, amount]) => ({ day, rows, amount })),
    before: { rows: before[0], amount: before[1] },
  };
}

const loose: Tolerance = { absolute: "1000000", relative: 1 };

function judged(
  a: StatsAnswer,
  b: CleanDays | WarehouseError | null,
  tolerances: Partial<Record<"rows" | "money", Tolerance>> = {},
  parts: Partial<CleanSubject> = {},
) {
  const subject = { view, owner: "growth@example.com", money, ...parts };
  return judgeClean(subject, a, b, { rows: exact, money: exact, ...tolerances }, window);
}

describe("a clean view and the facts of its raw table", () => {
  const days: Part[] = [
    [null, 1, "0.5"],
    ["2026-01-09", 10, "100.10"],
    ["2026-02-08", 5, null],
  ];

  test("are the same: nothing is wrong", () => {
    expect(judged(raw(days, [20, "7"]), clean(days.toReversed(), [20, "7.00"]))).toMatchObject({
      check: "raw_vs_clean",
      subject: "ads_clean",
      owner: "growth@example.com",
      status: "ok",
      text: "The view has the same facts as the raw table: 36 facts, $107.60 of spend.",
      evidence: {
        days_that_differ: [],
        raw_facts: 36,
        clean_rows: 36,
        rows_difference: 0,
        raw_amount: "107.6",
        clean_amount: "107.6",
        amount_difference: "0",
      },
      query: null,
    });
  });

  test("differ in rows and money: which days, how far, and the money of it", () => {
    const kept: Part[] = [
      [null, 1, "0.5"],
      ["2026-01-09", 8, "80.05"],
      ["2026-01-10", 1, "3"],
      ["2026-02-08", 5, null],
    ];
    const result = judged(raw(days), clean(kept));
    expect(result).toMatchObject({
      status: "critical",
      code: "clean_differs",
      text:
        "The view differs from the raw table on 9 to 10 Jan 2026: 16 facts and $100.60 of spend in the raw table, " +
        "15 rows and $83.55 in the view.",
      evidence: {
        days_that_differ: ["2026-01-09", "2026-01-10"],
        rows_difference: 1,
        amount_difference: "17.05",
      },
      cause: expect.stringContaining("Probably ads_clean does not have the definition of the warehouse file"),
      impact: {
        amount: 17.05,
        low: 17.05,
        high: 17.05,
        currency: "USD",
        what: "spend missing in the clean view",
        basis: "$100.60 in the facts of the raw table against $83.55 in the view, all days",
      },
      query: {
        statement: "raw-vs-clean/evidence",
        inputs: {
          names: { table: "shop.ads.insights", view: "shop.clean.ads" },
          params: { zone: "UTC", first_day: "2026-01-09", last_day: "2026-02-08" },
        },
      },
    });
    expect(result.actions).toHaveLength(2);
  });

  test("too much in the view is as wrong, and the impact is never below zero", () => {
    const result = judged(raw([["2026-02-01", 1, "10"]]), clean([["2026-02-01", 1, "10.25"]]));
    expect(result.impact).toMatchObject({ amount: 0.25, what: "spend too much in the clean view" });
    expect(result.evidence.amount_difference).toBe("-0.25");
  });

  test("the first and the last day of the window, and days of the view alone, are told apart, oldest first", () => {
    const a: Part[] = [
      ["2026-01-09", 1, "1"],
      ["2026-02-08", 1, "1"],
    ];
    const b: Part[] = [
      ["2026-02-08", 2, "1"],
      ["2026-01-20", 1, "1"],
      ["2026-01-09", 2, "1"],
    ];
    expect(judged(raw(a), clean(b)).evidence.days_that_differ).toEqual([
      "2026-01-09",
      "2026-01-20",
      "2026-02-08",
    ]);
  });

  test("money alone, and rows alone, are a difference", () => {
    expect(judged(raw([["2026-02-01", 1, "10"]]), clean([["2026-02-01", 1, "10.01"]])).status).toBe(
      "critical",
    );
    const rows = judged(raw([["2026-02-01", 2, "10"]]), clean([["2026-02-01", 1, "10"]]));
    expect(rows).toMatchObject({ status: "critical", impact: null });
    expect(rows.text).toMatch(/on 1 Feb 2026: 2 facts and \$10\.00 .*, 1 row and \$10\.00 in the view\.$/);
  });

  test("amounts are exact where floats are not", () => {
    const many = "9007199254740993.000000001";
    expect(judged(raw([["2026-02-01", 1, many]]), clean([["2026-02-01", 1, many]])).status).toBe("ok");
    const result = judged(raw([["2026-02-01", 1, many]]), clean([["2026-02-01", 1, "9007199254740993"]]));
    // The share is told to nine places, so that little of that much is nothing.
    expect(result.evidence.amount_difference).toBe("0.000000001");
    expect(judged(raw([["2026-02-01", 1, "0.3"]]), clean([["2026-02-01", 1, "0.300000001"]])).status).toBe(
      "critical",
    );
  });

  test("no amount and a sum of nothing are the same; no amount and some are not", () => {
    const of = (a: string | null, b: string | null) =>
      judged(raw([["2026-02-01", 1, a]]), clean([["2026-02-01", 1, b]]));
    expect([of(null, "0").status, of("0", null).status, of(null, null).status]).toEqual(["ok", "ok", "ok"]);
    expect([of(null, "1").status, of("1", null).status]).toEqual(["critical", "critical"]);
    expect(of(null, "1").impact?.amount).toBe(1);
  });

  test("where nobody says what amounts are they are not compared", () => {
    const result = judged(
      raw([["2026-02-01", 1, "5"]]),
      clean([["2026-02-01", 1, "9"]]),
      {},
      { money: null },
    );
    expect(result).toMatchObject({
      status: "ok",
      text: "The view has the same facts as the raw table: 1 fact.",
    });
    expect(result.evidence).not.toHaveProperty("raw_amount");
    const rows = judged(raw([["2026-02-01", 1, "5"]]), clean([["2026-02-01", 2, "9"]]), {}, { money: null });
    expect(rows).toMatchObject({ status: "critical", impact: null });
    expect(rows.text).toMatch(/: 1 fact in the raw table, 2 rows in the view\.$/);
  });

  test.each([
    [
      "rows at the absolute tolerance",
      [100, "0"],
      [90, "0"],
      { rows: { absolute: "10", relative: 0 } },
      "ok",
    ],
    ["rows just above it", [100, "0"], [89, "0"], { rows: { absolute: "10", relative: 0 } }, "critical"],
    ["rows at the relative one", [100, "0"], [90, "0"], { rows: { absolute: "0", relative: 0.1 } }, "ok"],
    [
      "rows just above the relative one",
      [1_000, "0"],
      [899, "0"],
      { rows: { absolute: "0", relative: 0.1 } },
      "critical",
    ],
    [
      "rows beyond the relative one only",
      [100, "0"],
      [90, "0"],
      { rows: { absolute: "10", relative: 0.01 } },
      "ok",
    ],
    ["money at the absolute one", [1, "100"], [1, "99.5"], { money: { absolute: "0.5", relative: 0 } }, "ok"],
    [
      "money just above it",
      [1, "100"],
      [1, "99.499999999"],
      { money: { absolute: "0.5", relative: 0 } },
      "critical",
    ],
    [
      "money at the relative one",
      [1, "100"],
      [1, "99.5"],
      { money: { absolute: "0", relative: 0.005 } },
      "ok",
    ],
    [
      "money just above the relative one",
      [1, "100"],
      [1, "99.49"],
      { money: { absolute: "0", relative: 0.005 } },
      "critical",
    ],
    ["money beyond the tolerance of rows only", [1, "100"], [1, "50"], { rows: exact, money: loose }, "ok"],
    ["rows beyond the tolerance of money only", [2, "1"], [1, "1"], { rows: loose, money: exact }, "ok"],
  ] as const)("%s", (_, [facts, sum], [rows, amount], tolerances, status) => {
    expect(
      judged(raw([["2026-02-01", facts, sum]]), clean([["2026-02-01", rows, amount]]), tolerances).status,
    ).toBe(status);
  });

  test("a difference within tolerance is said", () => {
    const result = judged(raw([["2026-02-01", 2, "10"]]), clean([["2026-02-01", 1, "9"]]), {
      rows: loose,
      money: loose,
    });
    expect(result).toMatchObject({
      status: "ok",
      text: "The view differs within tolerance: 2 facts and $10.00 of spend in the raw table, 1 row and $9.00 in the view.",
    });
    const rows = judged(raw([["2026-02-01", 2, "10"]]), clean([["2026-02-01", 1, "10"]]), { rows: loose });
    expect(rows.text).toContain("within tolerance");
    const sum = judged(raw([["2026-02-01", 1, "10"]]), clean([["2026-02-01", 1, "9"]]), { money: loose });
    expect(sum.text).toContain("within tolerance");
  });

  test("days that are each within tolerance are not, all together", () => {
    const a: Part[] = [
      ["2026-02-01", 6, "6"],
      ["2026-02-02", 6, "6"],
    ];
    const b: Part[] = [
      ["2026-02-01", 5, "5"],
      ["2026-02-02", 5, "5"],
    ];
    const tolerance = { rows: loose, money: { absolute: "1.5", relative: 0 } };
    const result = judged(raw(a), clean(b), tolerance);
    expect(result).toMatchObject({
      status: "critical",
      evidence: { days_that_differ: [] },
      impact: { amount: 2 },
    });
    expect(result.text).toMatch(/^No single day differs beyond the tolerance, but all together do: /);
    expect(judged(raw(a, [0, null], new Date(0)), clean(b), tolerance).status).toBe("ok");
  });

  test("days that cancel each other out differ, and cost nothing", () => {
    const a: Part[] = [
      ["2026-02-01", 1, "6"],
      ["2026-02-02", 1, "4"],
    ];
    const b: Part[] = [
      ["2026-02-01", 1, "4"],
      ["2026-02-02", 1, "6"],
    ];
    expect(judged(raw(a), clean(b))).toMatchObject({
      status: "critical",
      evidence: { days_that_differ: ["2026-02-01", "2026-02-02"], amount_difference: "0" },
      impact: null,
    });
  });

  test("rows without a day and other days are parts of their own", () => {
    const result = judged(raw([[null, 2, "2"]], [3, "3"]), clean([[null, 1, "1"]], [4, "4"]));
    expect(result.evidence.days_that_differ).toEqual(["no day", "other days"]);
    expect(result.text).toMatch(
      /^The view differs from the raw table on rows without a day, other days than the window's: /,
    );
    const only = (a: Part[], b: Part[]) => judged(raw(a), clean(b)).text;
    expect(only([[null, 2, "2"]], [[null, 1, "2"]])).toMatch(/on rows without a day: /);
    expect(judged(raw([], [1, null]), clean([], [2, null])).text).toMatch(
      /on other days than the window's: /,
    );
  });

  test("days outside the window are other days on both sides, however they are told apart", () => {
    const whole: Part[] = [
      ["2026-01-07", 1, "1"],
      ["2026-01-08", 2, "2"],
      ["2026-01-09", 4, "4"],
      ["2026-02-09", 8, "8"],
    ];
    expect(judged(raw(whole, [16, "16"]), clean([["2026-01-09", 4, "4"]], [27, "27"])).status).toBe("ok");
    expect(
      judged(
        raw(whole, [16, "16"]),
        clean([
          ["2026-01-09", 4, "4"],
          ["2026-01-08", 27, "27"],
        ]),
      ).status,
    ).toBe("ok");
    expect(
      judged(raw(whole, [16, "16"]), clean([["2026-01-09", 4, "4"]], [26, "27"])).evidence.days_that_differ,
    ).toEqual(["other days"]);
  });

  test("where older rows of the raw table were not read, only the window's days are compared", () => {
    const from = new Date("2026-01-05T00:00:00Z");
    const a = raw(
      [
        [null, 1, "1"],
        ["2026-02-01", 2, "2"],
      ],
      [3, "3"],
      from,
    );
    const b = clean(
      [
        [null, 10, "10"],
        ["2026-02-01", 2, "2"],
      ],
      [30, "30"],
    );
    expect(judged(a, b)).toMatchObject({
      status: "ok",
      evidence: { raw_facts: 2, clean_rows: 2, raw_amount: "2", clean_amount: "2" },
    });
    const wrong = judged(a, clean([["2026-02-01", 1, "1"]]));
    expect(wrong).toMatchObject({ status: "critical", impact: { amount: 1 } });
    expect(wrong.impact?.basis).toMatch(/in the view, 9 Jan 2026 to 8 Feb 2026$/);
    expect(wrong.query?.inputs.params).toMatchObject({ from, zone: "UTC" });
    expect(wrong.query?.inputs.types).toMatchObject({ from: "TIMESTAMP", first_day: "DATE" });
    expect(judged(raw([[null, 1, "1"]], [3, "3"], from), clean([[null, 9, "9"]]))).toMatchObject({
      status: "unknown",
      code: "empty",
    });
  });

  test("an empty side is a difference; two are nobody's guess", () => {
    expect(judged(raw([["2026-02-01", 1, "1"]]), clean([])).status).toBe("critical");
    expect(judged(raw([]), clean([["2026-02-01", 1, "1"]])).status).toBe("critical");
    expect(judged(raw([]), clean([]))).toMatchObject({
      status: "unknown",
      code: "empty",
      text: "Neither the raw table nor the view has a row to compare.",
    });
  });

  test("what is not there, or could not be read, is unknown", () => {
    const some = raw([["2026-02-01", 1, "1"]]);
    const busy = new WarehouseError("temporary", "table-stats/table", "busy");
    expect(judged(some, null)).toMatchObject({
      status: "unknown",
      code: "no_clean",
      text: "There is no view shop.clean.ads to compare with.",
      retry: false,
    });
    expect(judged(some, busy)).toMatchObject({ status: "unknown", code: "not_read", retry: true });
    expect(judged(busy, clean([]))).toMatchObject({ status: "unknown", code: "not_read", retry: true });
    expect(judged(busy, null).code).toBe("not_read");
  });
});
