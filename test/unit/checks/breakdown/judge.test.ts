import { describe, expect, test } from "vitest";
import { judgeBreakdown } from "../../../../functions/checks/breakdown/judge.ts";
import type { DayStats, StatsAnswer } from "../../../../functions/checks/table-stats/types.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aDay, aReading, aRequest } from "../../../support/a-money-reading.ts";
import { aBreakdown, aSource } from "../../../support/a-source.ts";

const source = aSource({ id: "facebook_age", breakdown: aBreakdown() });
const window = { firstDay: "2026-01-09", lastDay: "2026-02-08" };
const exact = { absolute: "0", relative: 0 };
const judged = (
  base: readonly DayStats[] | WarehouseError,
  cut: readonly DayStats[] | WarehouseError,
  tolerance = exact,
) => {
  const answer = (days: readonly DayStats[] | WarehouseError, table: string): StatsAnswer =>
    days instanceof WarehouseError
      ? days
      : aReading(days, { request: aRequest({ table: { project: "shop", dataset: "ads", table } }) });
  return judgeBreakdown(source, answer(base, "insights"), answer(cut, "by_age"), tolerance, window);
};

describe("breakdown", () => {
  test("parts that add up to the whole pass, with the total", () => {
    const result = judged(
      [aDay("2026-02-01", "0.3"), aDay("2026-02-02", "5")],
      [aDay("2026-02-01", "0.3", { facts: 3 }), aDay("2026-02-02", "5")],
    );
    expect(result).toMatchObject({
      check: "breakdown",
      subject: "facebook_age",
      owner: "growth@example.com",
      status: "ok",
      impact: null,
      follows: [],
    });
    expect(result.text).toBe("The totals of 2 days are those of facebook_ads: $5.30, 1 to 2 Feb 2026.");
    expect(result.evidence).toEqual({
      days_compared: 2,
      from: "2026-02-01",
      to: "2026-02-02",
      amount_base: "5.3",
      amount_breakdown: "5.3",
      differing_days: [],
      difference: null,
      unreadable_days: [],
    });
    expect(judged([aDay("2026-02-01", "1")], [aDay("2026-02-01", "1")]).text).toContain("of 1 day are");
  });

  test("where the breakdown is lower, spend is missing in it", () => {
    const result = judged(
      [aDay("2026-02-01", "0.3"), aDay("2026-02-02", "5"), aDay("2026-02-03", "1")],
      [aDay("2026-02-01", "0.1"), aDay("2026-02-03", "1")],
    );
    expect(result).toMatchObject({
      status: "critical",
      code: "totals_differ",
      evidence: {
        days_compared: 3,
        amount_base: "6.3",
        amount_breakdown: "1.1",
        differing_days: ["2026-02-01", "2026-02-02"],
        difference: "-5.2",
      },
      impact: {
        amount: 5.2,
        low: 5.2,
        high: 5.2,
        currency: "USD",
        what: "spend that is missing in the breakdown",
      },
      follows: [],
      query: { statement: "breakdown/evidence" },
    });
    expect(result.text).toBe(
      "2 of 3 days differ from facebook_ads: $5.20 of spend is missing in the breakdown, 1 to 2 Feb 2026.",
    );
    expect(result.cause).toContain("not delivered, or the vendor gives no row");
    expect(result.actions[0]).toContain("1 to 2 Feb 2026");
    expect(result.query?.inputs).toMatchObject({
      names: { base_table: "shop.ads.insights", cut_table: "shop.ads.by_age" },
      params: { days: ["2026-02-01", "2026-02-02"], base_zone: "UTC" },
    });
  });

  test("where it is higher, spend is too much in it", () => {
    const result = judged([aDay("2026-02-01", "3")], [aDay("2026-02-01", "5")]);
    expect(result.impact).toMatchObject({ amount: 2, what: "spend that is too much in the breakdown" });
    expect(result.text).toBe(
      "1 of 1 days differs from facebook_ads: $2.00 of spend is too much in the breakdown, 1 Feb 2026.",
    );
    expect(result.cause).toContain("count twice");
  });

  test("where it is both, both are said, and one does not make up for the other", () => {
    const result = judged(
      [aDay("2026-02-01", "3"), aDay("2026-02-02", "3")],
      [aDay("2026-02-01", "5"), aDay("2026-02-02", "1")],
    );
    expect(result.evidence.difference).toBe("0");
    expect(result.impact).toMatchObject({ amount: 4, what: "spend that differs in the breakdown" });
    expect(result.text).toContain(
      "$2.00 of spend is missing in the breakdown, and $2.00 of spend is too much in the breakdown",
    );
    expect(result.cause).toContain("different times");
  });

  test.each([
    ["10", "11", false],
    ["10", "11.000000001", true],
    ["10", "8.999999999", true],
    ["1000", "990", false],
    ["1000", "989.999999", true],
    ["0", "1", false],
    ["0", "1.01", true],
  ])("of a whole of %s, parts of %s differ: %s", (base, cut, differs) => {
    const result = judged([aDay("2026-02-01", base)], [aDay("2026-02-01", cut)], {
      absolute: "1",
      relative: 0.01,
    });
    expect(result.status).toBe(differs ? "critical" : "ok");
  });

  test("a million cents are exact, and 0.1 + 0.2 is 0.3", () => {
    const cut = [aDay("2026-02-01", "10000")];
    expect(judged([aDay("2026-02-01", "10000")], cut).status).toBe("ok");
    expect(judged([aDay("2026-02-01", "10000.01")], cut).impact?.amount).toBe(0.01);
    const days = ["0.1", "0.2"].map((clean, at) => aDay(`2026-02-0${at + 1}`, clean));
    expect(judged(days, days).evidence.amount_base).toBe("0.3");
    const nothing = ["2026-02-01", "2026-02-02"].map((day) => aDay(day, "0"));
    expect(judged(days, nothing).impact?.amount).toBe(0.3);
  });

  test("days of the window before today are compared, and no others", () => {
    const result = judged(
      ["2026-01-08", "2026-01-09", "2026-02-07", "2026-02-08"].map((day) => aDay(day, "1")),
      [aDay("2026-02-08", "1")],
    );
    expect(result.evidence.differing_days).toEqual(["2026-01-09", "2026-02-07"]);
    const blank = judged([aDay(null, "5")], [aDay("2026-02-08", "1")]);
    expect(blank).toMatchObject({ status: "unknown", code: "nothing_compared" });
  });

  test("days are compared oldest first, whichever side has them", () => {
    const [one, two, three] = ["2026-02-02", "2026-02-03", "2026-02-04"].map((day) => aDay(day, "1"));
    const result = judged(
      [two, three].flatMap((it) => it ?? []),
      [three, one].flatMap((it) => it ?? []),
    );
    expect(result.evidence.differing_days).toEqual(["2026-02-02", "2026-02-03"]);
    expect(result.evidence).toMatchObject({ from: "2026-02-02", to: "2026-02-04" });
  });

  test("no rows before today: nobody can tell", () => {
    expect(judged([], [])).toMatchObject({ status: "unknown", code: "nothing_compared" });
    const none = aDay("2026-02-01", null, { facts: 0, rows: 0 });
    expect(judged([none], [none]).code).toBe("nothing_compared");
  });

  test("days without facts hold nothing", () => {
    const moved = aDay("2026-02-01", null, { facts: 0, rows: 2 });
    expect(judged([moved], [moved]).status).toBe("ok");
    expect(judged([moved], [aDay("2026-02-01", "2")]).impact?.amount).toBe(2);
  });

  test.each([
    ["whole", null, "5"],
    ["breakdown", "5", null],
    ["two", null, null],
  ])("amounts of the %s that cannot be read: nobody can tell", (_, base, cut) => {
    const result = judged(
      [aDay("2026-02-01", base), aDay("2026-02-02", "1")],
      [aDay("2026-02-01", cut), aDay("2026-02-02", "1")],
    );
    expect(result).toMatchObject({
      status: "unknown",
      code: "amounts_unreadable",
      evidence: { days_compared: 1, unreadable_days: ["2026-02-01"] },
    });
    expect(judged([aDay("2026-02-01", base)], [aDay("2026-02-01", cut)]).code).toBe("amounts_unreadable");
  });

  test("a day that cannot be compared hides no difference of another", () => {
    const result = judged(
      [aDay("2026-02-01", null), aDay("2026-02-02", "2")],
      [aDay("2026-02-01", "7"), aDay("2026-02-02", "1")],
    );
    expect(result).toMatchObject({ status: "critical", impact: { amount: 1 } });
    expect(result.text).toMatch(/No amount can be read on one side for 1 Feb 2026\.$/);
  });

  test("what could not be read is unknown, and so is a source that is no breakdown", () => {
    const busy = new WarehouseError("temporary", "table-stats/table", "busy");
    expect(judged(busy, [])).toMatchObject({ code: "not_read", retry: true });
    expect(judged([], busy)).toMatchObject({ code: "not_read", retry: true });
    const plain = judgeBreakdown({ ...source, breakdown: null }, aReading([]), aReading([]), exact, window);
    expect(plain.status).toBe("unknown");
  });
});

describe("one is delivered after the other", () => {
  const days = (...some: number[]) => some.map((day) => aDay(`2026-02-0${day}`, "1"));

  test("days that only one of them has come to are not compared", () => {
    expect(judged(days(1, 2, 3, 4), days(1, 2))).toMatchObject({ status: "ok", follows: [] });
    expect(judged(days(1), days(1, 2)).evidence.to).toBe("2026-02-01");
    expect(judged(days(1, 2), []).code).toBe("nothing_compared");
    expect(judged([], days(1, 2)).code).toBe("nothing_compared");
  });

  test("a newest day that is half delivered on one side is not compared", () => {
    const half = [
      aDay("2026-02-01", "1"),
      aDay("2026-02-02", "0.5", { newestArrival: new Date("2026-02-02T12:00:00Z") }),
    ];
    expect(judged(days(1, 2), half)).toMatchObject({ status: "ok", evidence: { to: "2026-02-01" } });
    const over = [
      aDay("2026-02-01", "1"),
      aDay("2026-02-02", "0.5", { newestArrival: new Date("2026-02-03T00:00:00Z") }),
    ];
    expect(judged(days(1, 2), over)).toMatchObject({ status: "critical", evidence: { to: "2026-02-02" } });
  });

  test("the newest day of both is, and so is a gap before it", () => {
    expect(judged(days(1, 2), [aDay("2026-02-01", "1"), aDay("2026-02-02", "0.5")]).status).toBe("critical");
    expect(judged(days(1, 2, 3, 4), days(1, 3)).evidence.differing_days).toEqual(["2026-02-02"]);
  });
});
