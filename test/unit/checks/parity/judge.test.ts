import { describe, expect, test } from "vitest";
import { judgeParity } from "../../../../functions/checks/parity/judge.ts";
import type { DayStats, StatsAnswer } from "../../../../functions/checks/table-stats/types.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aDay, aReading, aRequest } from "../../../support/a-money-reading.ts";
import { aPair } from "../../../support/a-pair.ts";

const pair = aPair();
const tolerances = {
  rows: { absolute: "2", relative: 0.01 },
  money: { absolute: "1", relative: 0.01 },
};
const exact = { rows: { absolute: "0", relative: 0 }, money: { absolute: "0", relative: 0 } };

const left = (days: readonly DayStats[]) =>
  aReading(days, { request: aRequest({ table: { project: "p", dataset: "shop", table: "orders" } }) });
const right = (days: readonly DayStats[]) =>
  aReading(days, { request: aRequest({ table: { project: "p", dataset: "raw", table: "orders" } }) });
/** One compared day, 1 Feb, and the newest one on both sides. */
const one = (a: DayStats, b: DayStats, tolerance = exact, it = pair) =>
  judgeParity(it, left([a, aDay("2026-02-02", "9")]), right([b, aDay("2026-02-02", "7")]), tolerance);
const rows = (facts: number, clean: string | null, parts: Partial<DayStats> = {}) =>
  aDay("2026-02-01", clean, { facts, rows: Math.max(facts, 1), checksum: "1", ...parts });
const days = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) =>
    aDay(`2026-02-${String(from + at).padStart(2, "0")}`, "1"),
  );

describe("parity", () => {
  test("tables that hold the same pass, with what they hold", () => {
    const result = one(rows(10, "0.3"), rows(10, "0.3"));
    expect(result).toMatchObject({
      check: "parity",
      subject: "orders_pair",
      owner: "shop@example.com",
      status: "ok",
      code: null,
      impact: null,
    });
    expect(result.text).toBe(
      "1 day (1 Feb 2026) is the same: 10 rows each, $0.30. Not compared: 2 Feb 2026.",
    );
    expect(result.evidence).toEqual({
      days_compared: 1,
      from: "2026-02-01",
      to: "2026-02-01",
      rows_left: 10,
      rows_right: 10,
      amount_left: "0.3",
      amount_right: "0.3",
      unreadable_left: 0,
      unreadable_right: 0,
      differing_days: [],
    });
  });

  test("only days that both could hold whole are compared; the others are said", () => {
    const result = judgeParity(
      pair,
      left([aDay(null, "5", { facts: 3 }), ...days(1, 6)]),
      right([...days(3, 8), aDay(null, null, { facts: 2 })]),
      exact,
    );
    expect(result.status).toBe("ok");
    expect(result.evidence).toMatchObject({ days_compared: 3, from: "2026-02-03", to: "2026-02-05" });
    expect(result.text).toBe(
      "3 days (3 to 5 Feb 2026) are the same: 3 rows each, $3.00. " +
        "Not compared: 1 to 2 Feb, 6 to 8 Feb 2026; 5 rows that name no day.".replace(
          " Feb, 6",
          " Feb and 6",
        ),
    );
    const swapped = judgeParity(pair, right(days(3, 8)), left(days(1, 6)), exact);
    expect(swapped.evidence).toMatchObject({ days_compared: 3, from: "2026-02-03", to: "2026-02-05" });
  });

  test("a day without rows is none that could be held: it begins nothing", () => {
    const result = judgeParity(
      pair,
      left([aDay("2026-01-01", null, { facts: 0, rows: 0 }), ...days(1, 3)]),
      right([aDay("2026-01-05", null, { facts: 0, rows: 0 }), ...days(1, 3)]),
      exact,
    );
    expect(result.evidence).toMatchObject({ days_compared: 2, from: "2026-02-01", to: "2026-02-02" });
  });

  test.each([
    ["no day in common", days(1, 2), days(5, 6)],
    ["nothing but the newest day", days(2, 2), days(1, 2)],
    ["no rows on the left", [], days(1, 3)],
    ["no rows on the right", days(1, 3), []],
  ])("%s: nobody can tell", (_, a, b) => {
    expect(judgeParity(pair, left(a), right(b), exact)).toMatchObject({
      status: "unknown",
      code: "nothing_compared",
      evidence: { days_compared: 0 },
    });
  });

  test("without a newest day on a side nothing is compared", () => {
    const blank = { ...left(days(1, 3)), newestDay: null };
    expect(judgeParity(pair, blank, right(days(1, 3)), exact).code).toBe("nothing_compared");
    expect(judgeParity(pair, left(days(1, 3)), blank, exact).code).toBe("nothing_compared");
  });

  test("what could not be read is unknown", () => {
    const busy: StatsAnswer = new WarehouseError("temporary", "table-stats/table", "busy");
    const gone: StatsAnswer = new WarehouseError("not_found", "table-stats/table", "gone");
    expect(judgeParity(pair, busy, right([]), exact)).toMatchObject({ code: "not_read", retry: true });
    expect(judgeParity(pair, left([]), gone, exact)).toMatchObject({ code: "table_missing", retry: false });
  });

  test.each([
    [100, 98, false],
    [100, 97, true],
    [97, 100, true],
    [1000, 990, false],
    [1000, 989, true],
    [3, 0, true],
    [2, 0, false],
  ])("%i rows against %i differ: %s", (a, b, differs) => {
    const result = one(rows(a, "1"), rows(b, "1", { checksum: "2" }), tolerances);
    expect(result.status).toBe(differs ? "critical" : "ok");
  });

  test.each([
    ["10", "11", false],
    ["10", "11.000000001", true],
    ["10", "8.999999999", true],
    ["1000", "990", false],
    ["1000", "989.999999", true],
    ["0", "1.01", true],
    ["0", "1", false],
  ])("%s against %s differ: %s", (a, b, differs) => {
    const result = one(rows(5, a), rows(5, b), tolerances);
    expect(result.status).toBe(differs ? "critical" : "ok");
  });

  test("a table that differs by rows and money fails, with the difference exactly", () => {
    const result = judgeParity(
      pair,
      left([aDay("2026-02-01", "0.3", { facts: 3 }), aDay("2026-02-02", "5"), aDay("2026-02-03", "1")]),
      right([aDay("2026-02-01", "0.1", { facts: 2 }), aDay("2026-02-03", "1")]),
      exact,
    );
    expect(result).toMatchObject({
      status: "critical",
      code: "tables_differ",
      evidence: {
        days_compared: 2,
        rows_left: 4,
        rows_right: 2,
        amount_left: "5.3",
        amount_right: "0.1",
        differing_days: ["2026-02-01", "2026-02-02"],
      },
      impact: { amount: 5.2, low: 5.2, high: 5.2, currency: "USD" },
      cause:
        "raw.orders lacks rows that shop.orders has: probably a delivery failed, or rows were deleted there.",
      query: { statement: "parity/evidence" },
    });
    expect(result.text).toBe(
      "2 of 2 days differ: 1 to 2 Feb 2026. They have 4 and 2 rows, $5.30 and $0.10. Not compared: 3 Feb 2026.",
    );
    expect(result.actions).toHaveLength(2);
    expect(result.query?.inputs.params?.days).toEqual(["2026-02-01", "2026-02-02"]);
    expect(result.query?.inputs.names).toMatchObject({
      left_table: "p.shop.orders",
      right_table: "p.raw.orders",
    });
  });

  test("the impact is of money that counts alone", () => {
    const tight = { rows: { absolute: "0", relative: 0 }, money: { absolute: "1", relative: 0 } };
    const result = judgeParity(
      pair,
      left([aDay("2026-02-01", "10", { facts: 2 }), aDay("2026-02-02", "20"), aDay("2026-02-03", "1")]),
      right([aDay("2026-02-01", "9.5"), aDay("2026-02-02", "25"), aDay("2026-02-03", "1")]),
      tight,
    );
    expect(result.evidence.differing_days).toEqual(["2026-02-01", "2026-02-02"]);
    expect(result.impact?.amount).toBe(5);
  });

  test("a million cents are exact", () => {
    const result = one(rows(1_000_000, "10000"), rows(1_000_000, "10000.01"));
    expect(result.impact).toMatchObject({ amount: 0.01, low: 0.01, high: 0.01 });
    expect(one(rows(1, "9007199.254740993"), rows(1, "9007199.244740992")).status).toBe("critical");
  });

  test("as many rows and other keys differ, where both checksums are known", () => {
    const result = one(rows(5, "1"), rows(5, "1", { checksum: "2" }));
    expect(result).toMatchObject({ status: "critical", code: "tables_differ", impact: null });
    expect(result.cause).toContain("not the same ones");
    expect(one(rows(5, "1", { checksum: null }), rows(5, "1", { checksum: "2" })).status).toBe("ok");
    expect(one(rows(5, "1"), rows(5, "1", { checksum: null })).status).toBe("ok");
  });

  test("amounts that are not compared do not differ", () => {
    const plain = { ...pair, currency: null };
    const result = one(rows(5, null), rows(5, null), exact, plain);
    expect(result.text).toBe("1 day (1 Feb 2026) is the same: 5 rows each. Not compared: 2 Feb 2026.");
    expect(one(rows(5, "1"), rows(5, "2"), exact, plain).status).toBe("ok");
    const fail = one(rows(5, null), rows(4, "1"), exact, plain);
    expect(fail).toMatchObject({ status: "critical", impact: null });
    expect(fail.text).toContain("They have 5 and 4 rows. ");
  });

  test.each([
    ["left", null, "5"],
    ["right", "5", null],
  ])("an amount on one side that is not there on the %s cannot be compared", (_, a, b) => {
    const result = one(rows(5, a), rows(5, b));
    expect(result).toMatchObject({ status: "unknown", code: "amounts_unreadable" });
    expect(result.text).toContain("1 Feb 2026");
    expect(result.evidence.days_compared).toBe(1);
  });

  test("a day that cannot be compared hides no difference of another, nor of its rows", () => {
    const a = [aDay("2026-02-01", null), aDay("2026-02-02", "5"), aDay("2026-02-03", "1")];
    const b = [aDay("2026-02-01", "5"), aDay("2026-02-02", "6"), aDay("2026-02-03", "1")];
    expect(judgeParity(pair, left(a), right(b), exact)).toMatchObject({
      status: "critical",
      evidence: { differing_days: ["2026-02-02"] },
      impact: { amount: 1 },
    });
    const rowsToo = one(rows(5, null), rows(4, "1"));
    expect(rowsToo).toMatchObject({ status: "critical", impact: null });
    expect(rowsToo.text).toContain("no amount and $1.00");
  });

  test("neither side has an amount: the same, unless some cannot be read or summed", () => {
    const bare = { withoutAmount: 5 };
    expect(one(rows(5, null, bare), rows(5, null, bare)).status).toBe("ok");
    expect(one(rows(5, null, bare), rows(5, null, bare)).text).toContain("5 rows each. ");
    expect(one(rows(5, null, { unreadable: 1 }), rows(5, null)).status).toBe("unknown");
    expect(one(rows(5, null), rows(5, null, { foreign: 1 })).status).toBe("unknown");
  });

  test("a day with rows and no facts, or none at all, holds nothing", () => {
    expect(one(rows(0, null, { rows: 3 }), rows(5, "5")).impact?.amount).toBe(5);
    expect(one(rows(0, null, { rows: 3 }), rows(0, null, { rows: 2 })).status).toBe("ok");
  });

  test("amounts that cannot be read are said", () => {
    const said = "Amounts that cannot be read, 2 and 0, are in no sum.";
    expect(one(rows(5, "1", { unreadable: 2 }), rows(5, "1")).text).toContain(said);
    expect(one(rows(5, "1", { unreadable: 2 }), rows(5, "3")).text).toContain(said);
    expect(one(rows(5, "1"), rows(5, "1", { unreadable: 1 })).evidence).toMatchObject({
      unreadable_right: 1,
    });
    expect(one(rows(5, "1"), rows(5, "1")).text).not.toContain("cannot be read");
  });

  test("rows within the tolerance are said as they are", () => {
    expect(one(rows(100, "5"), rows(98, "5"), tolerances).text).toContain(
      "100 and 98 rows, which is within the tolerance",
    );
  });
});

describe("the cause of a difference", () => {
  const two = (a: [number, string][], b: [number, string][], it = pair) => {
    const sideOf = (some: [number, string][]) => [
      ...some.map(([facts, clean], at) => aDay(`2026-02-0${at + 1}`, clean, { facts })),
      aDay("2026-02-09", "1"),
    ];
    return judgeParity(it, left(sideOf(a)), right(sideOf(b)), exact);
  };
  test.each<[string, [number, string][], [number, string][], string]>([
    ["money alone", [[1, "1"]], [[1, "2"]], "The rows are the same, and amounts are not"],
    ["a side that lacks rows", [[1, "1"]], [[2, "2"]], "shop.orders lacks rows that raw.orders has"],
    [
      "the other side",
      [
        [2, "1"],
        [1, "5"],
      ],
      [
        [1, "2"],
        [1, "6"],
      ],
      "raw.orders lacks rows that shop.orders has",
    ],
    [
      "days cut elsewhere",
      [
        [1, "1"],
        [2, "2"],
      ],
      [
        [2, "2"],
        [1, "1"],
      ],
      "different time zones",
    ],
    [
      "rows on both sides",
      [
        [1, "1"],
        [3, "2"],
      ],
      [
        [2, "2"],
        [1, "1"],
      ],
      "Each side lacks rows of the other",
    ],
    [
      "as many rows in all, and other money",
      [
        [1, "1"],
        [2, "5"],
      ],
      [
        [2, "2"],
        [1, "1"],
      ],
      "Each side lacks rows",
    ],
  ])("%s", (_, a, b, text) => {
    expect(two(a, b).cause).toContain(text);
  });

  test("a day that differs by money alone does not change which side lacks rows", () => {
    const result = two(
      [
        [1, "1"],
        [1, "5"],
      ],
      [
        [2, "2"],
        [1, "6"],
      ],
    );
    expect(result.cause).toContain("shop.orders lacks rows that raw.orders has");
  });

  test("other keys on one day and other money on another are not the same rows", () => {
    const sideOf = (checksum: string, clean: string) => [
      aDay("2026-02-01", "1", { checksum }),
      aDay("2026-02-02", clean, { checksum: "9" }),
      aDay("2026-02-03", "1"),
    ];
    const result = judgeParity(pair, left(sideOf("1", "1")), right(sideOf("2", "2")), exact);
    expect(result.cause).toContain("not the same ones");
  });

  test("what cancels out is no loss, and without amounts the rows alone tell", () => {
    expect(
      two(
        [
          [1, "1"],
          [2, "2"],
        ],
        [
          [2, "2"],
          [1, "1"],
        ],
      ).impact,
    ).toBeNull();
    const plain = two(
      [
        [1, "1"],
        [2, "5"],
      ],
      [
        [2, "2"],
        [1, "1"],
      ],
      { ...pair, currency: null },
    );
    expect(plain.cause).toContain("different time zones");
  });
});
