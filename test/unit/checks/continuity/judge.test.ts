import { describe, expect, test } from "vitest";
import { judgeContinuity, type Presence } from "../../../../functions/checks/continuity/judge.ts";
import type { Source } from "../../../../functions/shared/config/types.ts";
import { addDays } from "../../../../functions/shared/days.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aConnector, aMoney, aSource, hours, noon } from "../../../support/a-source.ts";
import { window } from "../../../support/a-table-reading.ts";

const money = aMoney();

/** Days of the window and today without some of them. */
function daysWithout(...missing: string[]): string[] {
  const all = Array.from({ length: 31 }, (_, at) => addDays("2026-01-09", at));
  return all.filter((day) => !missing.includes(day));
}

const lastFive = ["2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06", "2026-02-07"];
const stopped = daysWithout(...lastFive, "2026-02-08");

function judged(parts: Partial<Presence> = {}, now = noon, source: Partial<Source> = {}, days = window) {
  const presence = {
    days: daysWithout(),
    newestArrival: null,
    expectedFrom: "2025-01-01",
    money: null,
    ...parts,
  };
  return judgeContinuity({ source: aSource(source), ...presence }, days, now);
}

describe("days without rows", () => {
  test("none: nothing is wrong", () => {
    expect(judged()).toEqual({
      check: "continuity",
      subject: "facebook_ads",
      owner: "growth@example.com",
      status: "ok",
      code: null,
      text: "All 30 days before 8 Feb 2026 have rows.",
      evidence: { missing: [], missing_days: 0, gaps: 0, due_days: 30, newest_day: "2026-02-08" },
      cause: null,
      impact: null,
      actions: [],
      since: null,
      follows: [],
      query: null,
      retry: false,
    });
  });

  test("at the end, after which nothing came: freshness explains them", () => {
    const result = judged({ days: stopped });
    expect(result).toMatchObject({
      status: "critical",
      code: "missing_days",
      text: "5 of the 30 days before 8 Feb 2026 have no rows: 3 to 7 Feb 2026.",
      evidence: { missing: lastFive, missing_days: 5, gaps: 0, due_days: 30, newest_day: "2026-02-02" },
      cause: "No rows have arrived for any day after 2 Feb 2026: probably Facebook Marketing has stopped.",
      impact: null,
      actions: ["Renew the token"],
      since: new Date("2026-02-03T00:00:00Z"),
      follows: [{ check: "freshness", subject: "facebook_ads" }],
      retry: false,
    });
  });

  test("in between: they fail at once, and nothing else explains them", () => {
    const result = judged({ days: daysWithout("2026-02-07") });
    expect(result).toMatchObject({
      status: "critical",
      text: "1 of the 30 days before 8 Feb 2026 has no rows: 7 Feb 2026.",
      evidence: { missing_days: 1, gaps: 1 },
      cause:
        "Later days have rows, so Facebook Marketing went on and passed over 7 Feb 2026: probably runs that failed, and that none since reached back to.",
      actions: ["Renew the token", "Have the connector deliver 7 Feb 2026 again (backfill)"],
      since: new Date("2026-02-07T00:00:00Z"),
      follows: [],
    });
  });

  test("both: the gaps are not explained by freshness, and only they are delivered again", () => {
    const result = judged({ days: daysWithout("2026-01-20", "2026-02-07", "2026-02-08") });
    expect(result).toMatchObject({
      status: "critical",
      evidence: { missing: ["2026-01-20", "2026-02-07"], gaps: 1 },
      since: new Date("2026-01-20T00:00:00Z"),
      follows: [],
      actions: ["Renew the token", "Have the connector deliver 20 Jan 2026 again (backfill)"],
    });
    expect(result.cause).toMatch(
      /^Later days .*over 20 Jan 2026: .*No rows have arrived for any day after 6 Feb 2026/,
    );
  });

  test("their order and their repetition do not matter", () => {
    const days = [...stopped.toReversed(), ...stopped];
    expect(judged({ days })).toEqual(judged({ days: stopped }));
    expect(judged({ days: stopped.toReversed() })).toEqual(judged({ days: stopped }));
  });

  test("a day in the future says nothing: the days before it are no gaps", () => {
    const result = judged({ days: [...stopped, "2026-02-09"] });
    expect(result.evidence).toMatchObject({ gaps: 0, newest_day: "2026-02-02" });
    expect(judged({ days: ["2026-02-09"] })).toMatchObject({ status: "unknown", code: "no_days" });
  });

  test("rows of today make yesterday a gap", () => {
    expect(judged({ days: [...stopped, "2026-02-08"] }).evidence).toMatchObject({ gaps: 5 });
  });

  test("all of the window, where only older days have rows", () => {
    expect(judged({ days: ["2026-01-01"] })).toMatchObject({
      status: "critical",
      text: "30 of the 30 days before 8 Feb 2026 have no rows: 9 Jan to 7 Feb 2026.",
      follows: [{ check: "freshness" }],
    });
  });

  test("without any day nobody can tell", () => {
    expect(judged({ days: [] })).toMatchObject({
      status: "unknown",
      code: "no_days",
      text: "No row has a day up to 8 Feb 2026.",
      retry: false,
    });
  });

  test("what could not be read is unknown, and tried again where that helps", () => {
    const failed = (reason: "temporary" | "invalid") =>
      judged({ days: new WarehouseError(reason, "table-stats/table", "busy") });
    expect(failed("temporary")).toMatchObject({ status: "unknown", code: "not_read", retry: true });
    expect(failed("invalid")).toMatchObject({ status: "unknown", code: "not_read", retry: false });
  });

  test("before the first day that could have rows nothing is missing", () => {
    const days = ["2026-02-04", "2026-02-05", "2026-02-06", "2026-02-07"];
    expect(judged({ days, expectedFrom: "2026-02-04" })).toMatchObject({
      status: "ok",
      text: "All 4 days due, 4 to 7 Feb 2026, have rows.",
      evidence: { due_days: 4 },
    });
    expect(judged({ days, expectedFrom: "2026-02-03" })).toMatchObject({
      status: "critical",
      text: "1 of the 5 days due, 3 to 7 Feb 2026, has no rows: 3 Feb 2026.",
      evidence: { missing: ["2026-02-03"], gaps: 1 },
    });
    expect(judged({ days: ["2026-02-07"], expectedFrom: "2026-02-07" }).text).toBe(
      "All 1 day due, 7 Feb 2026, have rows.",
    );
    expect(judged({ days: ["2026-02-08"], expectedFrom: "2026-02-08" })).toMatchObject({
      status: "ok",
      text: "No day is due yet.",
    });
  });
});

describe("when a day is due", () => {
  const since = (instant: string, ms: number) => new Date(Date.parse(instant) + ms);
  const tail = { days: daysWithout("2026-02-07", "2026-02-08") };
  const start = "2026-02-07T00:00:00Z";

  test.each([
    ["just below", -1, 29],
    ["at", 0, 30],
    ["just above", 1, 30],
  ])("%s warn_after after it began", (_, ms, due) => {
    const result = judged(tail, since(start, hours(30) + ms));
    expect(result.evidence.due_days).toBe(due);
    expect(result.status).toBe(due === 30 ? "warning" : "ok");
  });

  test.each([
    ["just below", -1, "warning"],
    ["at", 0, "critical"],
    ["just above", 1, "critical"],
  ])("%s critical_after after the oldest of the tail began", (_, ms, status) => {
    expect(judged(tail, since(start, hours(48) + ms)).status).toBe(status);
  });

  // Yesterday comes at noon: at six in the morning the day before yesterday is the newest, as on every morning.
  test.each([
    ["2026-02-07T12:00:00Z", "2026-02-08T06:00:00Z", "ok"],
    ["2026-02-07T12:00:00Z", "2026-02-08T17:59:59Z", "ok"],
    ["2026-02-07T12:00:00Z", "2026-02-08T18:00:00Z", "warning"],
    ["2026-02-07T12:00:00Z", "2026-02-09T11:59:59Z", "warning"],
    ["2026-02-07T12:00:00Z", "2026-02-09T12:00:00Z", "critical"],
    // Rows go on coming, and none is of a later day.
    ["2026-02-08T05:59:59Z", "2026-02-08T06:00:00Z", "ok"],
    ["2026-02-08T06:00:00Z", "2026-02-08T06:00:00Z", "warning"],
    ["2026-02-09T00:00:00Z", "2026-02-09T00:00:00Z", "critical"],
  ])("the newest row came at %s: at %s it is %s, as it is for freshness", (arrival, now, status) => {
    const upToTheSixth = { days: daysWithout("2026-02-07", "2026-02-08"), newestArrival: new Date(arrival) };
    expect(judged(upToTheSixth, new Date(now)).status).toBe(status);
  });

  test("a gap is missing however lately something came", () => {
    const gap = { days: daysWithout("2026-02-05", "2026-02-07", "2026-02-08") };
    const result = judged(
      { ...gap, newestArrival: new Date("2026-02-07T12:00:00Z") },
      new Date("2026-02-08T06:00:00Z"),
    );
    expect(result).toMatchObject({ status: "critical", evidence: { missing: ["2026-02-05"] } });
  });

  test("the oldest missing day decides, not the newest", () => {
    const two = { days: daysWithout("2026-02-06", "2026-02-07", "2026-02-08") };
    expect(judged(two, since(start, hours(30))).status).toBe("critical");
  });

  test("a gap fails before a tail of that age would", () => {
    expect(judged({ days: daysWithout("2026-02-07") }, since(start, hours(30))).status).toBe("critical");
  });

  test("today is never due, however soon a source should deliver", () => {
    const result = judged({ days: daysWithout("2026-02-08") }, noon, { warnAfterMs: hours(1) });
    expect(result).toMatchObject({ status: "ok", evidence: { due_days: 30 } });
  });

  test("the first day of the window is one of it, the day before is not", () => {
    expect(judged({ days: daysWithout("2026-01-09") }).evidence.missing).toEqual(["2026-01-09"]);
    expect(judged({ days: ["2026-01-07", ...daysWithout()] }).evidence.missing).toEqual([]);
  });

  test.each([
    ["Pacific/Auckland", "2026-02-06T11:00:00Z"],
    ["America/Los_Angeles", "2026-02-07T08:00:00Z"],
    ["Asia/Kolkata", "2026-02-06T18:30:00Z"],
  ])("a day begins where the source is: %s", (timeZone, begins) => {
    const before = judged(tail, since(begins, hours(30) - 1), { timeZone });
    const after = judged(tail, since(begins, hours(30)), { timeZone });
    expect([before.status, after.status]).toEqual(["ok", "warning"]);
    expect(after.since).toEqual(new Date(begins));
  });

  // New York's clocks go forward on 8 March and back on 1 November 2026, both at 2 in the morning.
  test.each([
    ["2026-03-08", "2026-03-08T05:00:00Z"],
    ["2026-03-09", "2026-03-09T04:00:00Z"],
    ["2026-11-01", "2026-11-01T04:00:00Z"],
    ["2026-11-02", "2026-11-02T05:00:00Z"],
  ])("%s begins at %s in New York, whichever way the clocks changed", (day, begins) => {
    const days = { firstDay: addDays(day, -29), lastDay: addDays(day, 1) };
    const present = Array.from({ length: 29 }, (_, at) => addDays(days.firstDay, at));
    const at = (now: Date) => judged({ days: present }, now, { timeZone: "America/New_York" }, days);
    expect(at(since(begins, hours(30) - 1)).status).toBe("ok");
    expect(at(since(begins, hours(30)))).toMatchObject({ status: "warning", since: new Date(begins) });
  });
});

describe("what missing days cost", () => {
  const holds = (...amounts: [string, number | null][]) => amounts.map(([day, amount]) => ({ day, amount }));
  const impact = (
    amounts: { day: string; amount: number | null }[] | null,
    source: Partial<Source> = { money },
  ) => judged({ days: stopped, money: amounts }, noon, source).impact;

  test("their number × the mean of the complete days, and the lowest and the highest of them", () => {
    expect(impact(holds(["2026-01-30", 50], ["2026-01-31", 100], ["2026-02-01", 300]))).toEqual({
      amount: 750,
      low: 250,
      high: 1_500,
      currency: "USD",
      what: "spend not visible",
      basis:
        "5 days × $150 a day, the mean of the 3 complete days with amounts from 30 Jan 2026 to 1 Feb 2026; the range is from their lowest to their highest day",
    });
  });

  test("a day with rows and no amount is left out; one with 0 is not", () => {
    const amounts = holds(["2026-02-01", 300], ["2026-01-30", null], ["2026-01-31", 0]);
    expect(impact(amounts)).toMatchObject({ amount: 750, low: 0, high: 1_500 });
    expect(impact(amounts)?.basis).toContain(
      "the 2 complete days with amounts from 31 Jan 2026 to 1 Feb 2026",
    );
  });

  test("the newest day with rows may be cut short, days outside the window and today do not count", () => {
    const edges = holds(["2026-01-08", 1_000], ["2026-01-09", 10], ["2026-02-01", 30], ["2026-02-02", 1_000]);
    expect(impact(edges)).toMatchObject({ amount: 100, low: 50, high: 150 });
    const gap = { days: [...daysWithout("2026-02-03"), "2026-02-08"] };
    const amounts = holds(
      ["2026-02-06", 10],
      ["2026-02-07", 30],
      ["2026-02-08", 1_000],
      ["2026-02-09", 1_000],
    );
    expect(judged({ ...gap, money: amounts }, noon, { money }).impact).toMatchObject({ amount: 20 });
  });

  test("gaps alone, where there are any: what is missing at the end is what freshness counts", () => {
    const days = stopped.filter((day) => day !== "2026-01-20");
    const both = judged({ days, money: holds(["2026-02-01", 40]) }, noon, { money });
    expect(both).toMatchObject({ evidence: { missing_days: 6, gaps: 1 }, impact: { amount: 40 } });
  });

  test("one complete day is said as what it is", () => {
    const one = judged({ days: daysWithout("2026-02-03"), money: holds(["2026-02-01", 40]) }, noon, {
      money,
    });
    expect(one.impact).toMatchObject({ amount: 40, low: 40, high: 40 });
    expect(one.impact?.basis).toBe(
      "1 day × $40 a day, what 1 Feb 2026 holds, the only complete day with amounts",
    );
  });

  test("nothing is said without money, or without a day to go by", () => {
    expect(impact(null)).toBeNull();
    expect(impact([])).toBeNull();
    expect(impact(holds(["2026-01-31", null]))).toBeNull();
    expect(impact(holds(["2026-01-31", 100]), { money: null })).toBeNull();
  });

  test("revenue is revenue", () => {
    const revenue = { ...money, kind: "revenue", currency: "EUR" } as const;
    expect(impact(holds(["2026-01-31", 100]), { money: revenue })).toMatchObject({
      what: "revenue not visible",
      currency: "EUR",
    });
  });
});

describe("what to do", () => {
  test("steps of the connector come before the source's, each once", () => {
    const source = { runbook: ["Look at the log", "Renew the token"] };
    expect(judged({ days: stopped }, noon, source).actions).toEqual(["Renew the token", "Look at the log"]);
  });

  test("without steps, whom to ask; a gap can always be delivered again", () => {
    const source = { connector: aConnector({ runbook: [] }) };
    expect(judged({ days: stopped }, noon, source).actions).toEqual([
      "Ask growth@example.com: there is no runbook for facebook_ads in the warehouse file",
    ]);
    expect(judged({ days: daysWithout("2026-02-03") }, noon, source).actions).toEqual([
      "Have the connector deliver 3 Feb 2026 again (backfill)",
    ]);
  });

  test("the question is asked of the table over the window, in the source's zone", () => {
    const { query } = judged({ days: stopped }, noon, { timeZone: "Europe/Rome" });
    expect(query).toMatchObject({
      statement: "continuity/evidence",
      inputs: {
        names: { table: "shop.ads.facebook_ads" },
        params: { zone: "Europe/Rome", first_day: "2026-01-09", last_day: "2026-02-08" },
        types: { first_day: "DATE", last_day: "DATE" },
      },
    });
  });
});
