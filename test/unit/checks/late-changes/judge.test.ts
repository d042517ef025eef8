import { describe, expect, test } from "vitest";
import { judgeLateChanges } from "../../../../functions/checks/late-changes/judge.ts";
import type { DayStats } from "../../../../functions/checks/table-stats/types.ts";
import type { Source } from "../../../../functions/shared/config/types.ts";
import type { Decimal } from "../../../../functions/shared/decimal.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aDay, aReading, aRequest } from "../../../support/a-money-reading.ts";
import { aMoney, aSource, hours, noon } from "../../../support/a-source.ts";

/** Amounts are final a day after their day: of 6 Feb at the end of 7 Feb. It is noon of 8 Feb. */
const source = aSource({ uniqueKey: ["ad_id", "day"], money: aMoney(), finalAfterMs: hours(24) });
const overwritten: Source = { ...source, uniqueKey: [] };
const window = { firstDay: "2026-01-09", lastDay: "2026-02-08" };
const exact = { absolute: "0", relative: 0 };
const judged = (
  days: readonly DayStats[],
  { it = source, tolerance = exact, now = noon }: { it?: Source; tolerance?: typeof exact; now?: Date } = {},
) => judgeLateChanges(it, withVersions(days), null, tolerance, window, now);
/** Of a loader that appends: some fact of an earlier day came twice. */
const withVersions = (days: readonly DayStats[]) => {
  const reading = aReading(days);
  return { ...reading, before: { ...reading.before, rows: 2, facts: 1 } };
};
const was = (day: string, clean: string | null, whenFinal: string | null, parts: Partial<DayStats> = {}) =>
  aDay(day, clean, { whenFinal, ...parts });
const recalled = (days: readonly DayStats[], remembered: Record<string, Decimal> | null, it = overwritten) =>
  judgeLateChanges(
    it,
    aReading(days, { request: aRequest({ key: [] }) }),
    remembered === null ? null : new Map(Object.entries(remembered)),
    exact,
    window,
    noon,
  );

describe("late changes of a loader that appends", () => {
  test("days that are as they were when they became final pass", () => {
    const result = judged([was("2026-02-05", "0.3", "0.3"), was("2026-02-06", "5", "5")]);
    expect(result).toMatchObject({
      check: "late_changes",
      subject: "facebook_ads",
      owner: "growth@example.com",
      status: "ok",
      text: "All 2 final days are as of then: 5 to 6 Feb 2026.",
    });
    expect(result.evidence).toEqual({
      days_compared: 2,
      from: "2026-02-05",
      to: "2026-02-06",
      changed_days: [],
      changes: [],
      total_change: "0",
      currency: "USD",
      unreadable_days: [],
    });
    expect(judged([was("2026-02-05", "1", "1")]).text).toContain("The 1 final day is as of then");
  });

  test("a change is a warning: which days, by how much, and the total", () => {
    const result = judged([
      was("2026-02-02", "1", "1"),
      was("2026-02-04", "0.3", "0.1"),
      was("2026-02-05", "2", "5"),
    ]);
    expect(result).toMatchObject({
      status: "warning",
      code: "changed_when_final",
      evidence: {
        days_compared: 3,
        from: "2026-02-02",
        to: "2026-02-05",
        changed_days: ["2026-02-04", "2026-02-05"],
        changes: ["2026-02-04 +0.2", "2026-02-05 -3"],
        total_change: "-2.8",
      },
      impact: {
        amount: 3.2,
        low: 3.2,
        high: 3.2,
        currency: "USD",
        what: "spend changed after its day was final",
      },
      query: { statement: "late-changes/evidence" },
    });
    expect(result.text).toBe(
      "2 of 3 days have changed after being final: 4 Feb 2026 by +$0.20 and 5 Feb 2026 by -$3.00; -$2.80 in all.",
    );
    expect(result.cause).toContain("later than 24 h after the day");
    expect(result.query?.inputs.params).toMatchObject({
      days: ["2026-02-04", "2026-02-05"],
      final_after: 86_400,
      source_zone: "UTC",
    });
  });

  test("three are named one by one, and the others counted", () => {
    const days = (count: number) =>
      Array.from({ length: count }, (_, at) => was(`2026-02-0${at + 1}`, "2", "1"));
    expect(judged(days(1)).text).toBe("1 of 1 days has changed after being final: 1 Feb 2026 by +$1.00.");
    expect(judged(days(3)).text).toContain("1.00 and 3 Feb 2026 by +$1.00; +$3.00 in all.");
    expect(judged(days(4)).text).toContain("3 Feb 2026 by +$1.00 and 1 more; +$4.00 in all.");
    expect(judged(days(5)).text).toContain("3 Feb 2026 by +$1.00 and 2 more; +$5.00 in all.");
  });

  test.each([
    ["10", "11", false],
    ["10", "11.000000001", true],
    ["10", "8.999999999", true],
    ["1000", "990", false],
    ["1000", "989.999999", true],
    ["0", "1", false],
    ["0", "1.01", true],
  ])("%s that became %s has changed: %s", (before, after, changed) => {
    const tolerance = { absolute: "1", relative: 0.01 };
    expect(judged([was("2026-02-01", after, before)], { tolerance }).status).toBe(changed ? "warning" : "ok");
  });

  test("cents are exact", () => {
    expect(judged([was("2026-02-01", "10000.01", "10000")]).impact?.amount).toBe(0.01);
    const days = [was("2026-02-01", "0.1", "0"), was("2026-02-02", "0.2", "0")];
    expect(judged(days)).toMatchObject({ evidence: { total_change: "0.3" }, impact: { amount: 0.3 } });
  });

  test.each([
    ["2026-02-08T00:00:00.000Z", true],
    ["2026-02-07T23:59:59.999Z", false],
    ["2026-02-08T00:00:00.001Z", true],
  ])("6 Feb is final at %s: %s", (now, isFinal) => {
    const result = judged([was("2026-02-06", "2", "1")], { now: new Date(now) });
    expect(result.code).toBe(isFinal ? "changed_when_final" : "nothing_compared");
  });

  test("a day ends in the source's own time zone", () => {
    const it = { ...source, timeZone: "America/Los_Angeles" };
    const at = (now: string) => judged([was("2026-02-06", "2", "1")], { it, now: new Date(now) }).status;
    expect(at("2026-02-08T07:59:59Z")).toBe("unknown");
    expect(at("2026-02-08T08:00:00Z")).toBe("warning");
  });

  test("days outside the window and rows without a day are not compared", () => {
    const result = judged(
      [
        was(null as never, "2", "1"),
        was("2026-01-08", "2", "1"),
        was("2026-01-09", "2", "1"),
        was("2026-02-08", "2", "1"),
        was("2026-02-09", "2", "1"),
      ],
      { now: new Date("2026-03-01T00:00:00Z") },
    );
    expect(result.evidence.changed_days).toEqual(["2026-01-09", "2026-02-08"]);
  });

  test("a day of which nothing was known has nothing to be compared with", () => {
    const result = judged([was("2026-02-01", "2", null), was("2026-02-02", "1", "1")]);
    expect(result).toMatchObject({ status: "ok", evidence: { days_compared: 1 } });
    const none = judged([was("2026-02-01", "2", null)]);
    expect(none).toMatchObject({ status: "unknown", code: "nothing_compared" });
    expect(none.text).toContain("No day had amounts");
  });

  test("no final day: nobody can tell", () => {
    for (const days of [[], [was("2026-02-07", "2", "1")], [was(null as never, "2", "1")]]) {
      const result = judged(days);
      expect(result).toMatchObject({ status: "unknown", code: "nothing_compared" });
      expect(result.text).toBe("No day of the window is final yet: a day is final after 24 h.");
    }
  });

  test("amounts that can no longer be read: nobody can tell, unless another day has changed", () => {
    const blank = was("2026-02-01", null, "5");
    const result = judged([blank, was("2026-02-02", "1", "1")]);
    expect(result).toMatchObject({
      status: "unknown",
      code: "amounts_unreadable",
      evidence: { days_compared: 1, unreadable_days: ["2026-02-01"] },
    });
    expect(judged([blank, was("2026-02-02", "2", "1")])).toMatchObject({
      status: "warning",
      evidence: { changed_days: ["2026-02-02"], unreadable_days: ["2026-02-01"] },
      impact: { amount: 1 },
    });
  });

  test("a key of one column keeps versions too", () => {
    const it = { ...source, uniqueKey: ["ad_id"] };
    expect(judged([was("2026-02-01", "2", "1")], { it }).code).toBe("changed_when_final");
  });

  test("a day whose facts have all gone elsewhere holds nothing now", () => {
    expect(judged([was("2026-02-01", null, "5", { facts: 0, rows: 2 })]).evidence.changes).toEqual([
      "2026-02-01 -5",
    ]);
  });

  test("days come oldest first", () => {
    const result = judged([
      was("2026-02-03", "2", "1"),
      was("2026-02-01", "2", "1"),
      was("2026-02-02", "2", "1"),
    ]);
    expect(result.evidence.changed_days).toEqual(["2026-02-01", "2026-02-02", "2026-02-03"]);
  });
});

describe("late changes of a loader that overwrites", () => {
  test("are told by what an earlier run remembered, and not by versions", () => {
    const result = recalled([was("2026-02-01", "2", "7"), was("2026-02-02", "3", null)], {
      "2026-02-01": "2",
      "2026-02-02": "1",
    });
    expect(result).toMatchObject({
      status: "warning",
      evidence: { days_compared: 2, changes: ["2026-02-02 +2"] },
    });
    expect(result.query?.inputs.names?.touched).toMatchObject({ sql: "is_late AND is_of_day" });
    expect(recalled([aDay("2026-02-01", "2")], { "2026-02-01": "2" }).status).toBe("ok");
  });

  test.each([
    ["nothing", null],
    ["no day", {}],
    ["another day", { "2026-01-01": "5" }],
  ])("that has %s remembered: nobody can tell", (_, remembered) => {
    const result = recalled([aDay("2026-02-01", "2")], remembered);
    expect(result).toMatchObject({ status: "unknown", code: "nothing_remembered" });
  });

  test("no final day: nothing is remembered of any, and nothing could be", () => {
    expect(recalled([aDay("2026-02-07", "2")], null).code).toBe("nothing_compared");
  });

  test("a day that was remembered before it was final does not count", () => {
    expect(recalled([aDay("2026-02-07", "2")], { "2026-02-07": "1" }).code).toBe("nothing_compared");
  });

  test("a day that is no longer there holds nothing", () => {
    expect(recalled([aDay("2026-02-02", "1")], { "2026-02-01": "5" }).evidence.changes).toEqual([
      "2026-02-01 -5",
    ]);
  });

  test("without arrivals no version can be told from another, key or not, and no row be shown", () => {
    const it = { ...source, arrival: null };
    const result = recalled([was("2026-02-01", "2", "2")], { "2026-02-01": "1" }, it);
    expect(result).toMatchObject({ status: "warning", query: null });
    expect(recalled([was("2026-02-01", "2", "1")], null, it).code).toBe("nothing_remembered");
  });

  test("with a key, what is remembered has no say", () => {
    const result = judgeLateChanges(
      source,
      withVersions([was("2026-02-01", "2", "2")]),
      new Map([["2026-02-01", "1"]]),
      exact,
      window,
      noon,
    );
    expect(result.status).toBe("ok");
  });

  test("a loader that replaces rows by their key keeps no earlier version: what is remembered counts", () => {
    const days = [was("2026-02-01", "2", "1")];
    expect(recalled(days, { "2026-02-01": "2" }, source).status).toBe("ok");
    expect(recalled(days, { "2026-02-01": "1" }, source).status).toBe("warning");
    expect(recalled(days, null, source).code).toBe("nothing_remembered");
  });
});

test("what could not be read, and what nobody says when it is final, is unknown", () => {
  const busy = new WarehouseError("temporary", "table-stats/table", "busy");
  const result = judgeLateChanges(source, busy, null, exact, window, noon);
  expect(result).toMatchObject({ status: "unknown", code: "not_read", retry: true });
  const changed = [was("2026-02-01", "2", "1")];
  expect(judged(changed, { it: { ...source, finalAfterMs: null } }).code).toBe("nothing_compared");
  expect(judged(changed, { it: { ...source, money: null } }).code).toBe("nothing_compared");
});

test("seconds of a time that is no whole number of them are rounded up, as the reading does", () => {
  const it = { ...source, finalAfterMs: 86_400_001 };
  expect(judged([was("2026-02-01", "2", "1")], { it }).query?.inputs.params?.final_after).toBe(86_401);
});
