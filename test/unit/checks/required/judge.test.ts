import { describe, expect, test } from "vitest";
import { judgeRequired } from "../../../../functions/checks/required/judge.ts";
import type { DayStats, StatsAnswer } from "../../../../functions/checks/table-stats/types.ts";
import type { Tolerance } from "../../../../functions/checks/tolerance.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";
import { aDay, aReading, aRequest, exact, window } from "../../../support/a-table-reading.ts";

const columns = [
  { name: "ad_id", isKey: true },
  { name: "campaign_id", isKey: false },
] as const;

const day = (name: string | null, facts: number, nulls: readonly number[], parts: Partial<DayStats> = {}) =>
  aDay(name, { rows: facts * 2, facts, nulls, ...parts });

function judged(answer: StatsAnswer, tolerance = exact, request = aRequest()) {
  return judgeRequired({ request, owner: "growth@example.com" }, answer, columns, tolerance, window);
}
const ofDays = (days: readonly DayStats[], tolerance?: Tolerance) => judged(aReading(days), tolerance);

describe("columns that must hold a value", () => {
  test("all do: nothing is wrong", () => {
    const result = ofDays([day("2026-02-01", 1_000, [0, 0]), day("2026-02-02", 204, [0, 0])]);
    expect(result).toMatchObject({
      check: "required",
      subject: "facebook_ads",
      owner: "growth@example.com",
      status: "ok",
      code: null,
      text: "No required column is NULL in any of 1,204 facts from 9 Jan 2026 to 8 Feb 2026.",
      evidence: { facts: 1_204, nulls: [] },
      query: null,
    });
  });

  test("one NULL in a key fails, whatever is tolerated", () => {
    const result = ofDays([day("2026-02-01", 1_000, [1, 0])], { absolute: "1000", relative: 1 });
    expect(result).toMatchObject({
      status: "critical",
      code: "nulls",
      text: "NULL in some of 1,000 facts from 9 Jan 2026 to 8 Feb 2026: ad_id, part of the key, in 1 (0.1 %).",
      evidence: { facts: 1_000, nulls: ["ad_id: 1"] },
      actions: [
        "Have ad_id filled wherever shop.ads.insights is loaded: facts without a whole key count as one, and sums leave the others out",
      ],
      impact: null,
    });
  });

  test("another column fails beyond the tolerance, and both are said together", () => {
    const result = ofDays([day("2026-02-01", 100, [2, 3]), day("2026-02-02", 100, [0, 5])]);
    expect(result).toMatchObject({ status: "critical", evidence: { nulls: ["ad_id: 2", "campaign_id: 8"] } });
    expect(result.text).toMatch(/: ad_id, part of the key, in 2 \(1 %\); campaign_id in 8 \(4 %\)\.$/);
    expect(result.actions).toHaveLength(2);
    expect(result.actions[1]).toBe(
      "See whether the loader still delivers campaign_id of shop.ads.insights under that name, and for all rows",
    );
    expect(ofDays([day("2026-02-01", 100, [0, 3])]).actions).toHaveLength(1);
  });

  test.each([
    ["at the absolute one, far above the relative one", 1_000, 10, { absolute: "10", relative: 0.001 }, "ok"],
    ["just above both", 1_000, 11, { absolute: "10", relative: 0.001 }, "critical"],
    ["at the relative one, far above the absolute one", 1_000, 20, { absolute: "0", relative: 0.02 }, "ok"],
    ["just below the relative one", 1_000, 19, { absolute: "0", relative: 0.02 }, "ok"],
    ["just above the relative one", 1_000, 21, { absolute: "0", relative: 0.02 }, "critical"],
    ["as many as all facts, where all are tolerated", 10, 10, { absolute: "0", relative: 1 }, "ok"],
    ["as many as all facts", 10, 10, { absolute: "0", relative: 0.999 }, "critical"],
    ["a half, which is more than the others", 10, 6, { absolute: "0", relative: 0.6 }, "ok"],
  ])("%s", (_, facts, nulls, tolerance, status) => {
    expect(ofDays([day("2026-02-01", facts, [0, nulls])], tolerance).status).toBe(status);
  });

  test("what is tolerated is said, alone and beside what is not", () => {
    const tolerance = { absolute: "5", relative: 0 };
    expect(ofDays([day("2026-02-01", 200, [0, 5])], tolerance)).toMatchObject({
      status: "ok",
      text: "NULL in some of 200 facts from 9 Jan 2026 to 8 Feb 2026, within tolerance: campaign_id in 5 (2.5 %).",
      evidence: { nulls: ["campaign_id: 5"] },
    });
    expect(ofDays([day("2026-02-01", 1, [1, 1])], tolerance).text).toBe(
      "NULL in some of 1 fact from 9 Jan 2026 to 8 Feb 2026: ad_id, part of the key, in 1 (100 %). Within tolerance: campaign_id in 1 (100 %).",
    );
  });

  test("days of the window and facts without a day are counted, other days are not", () => {
    const reading = aReading(
      [
        day(null, 1, [1, 0]),
        day("2026-01-08", 1, [0, 1]),
        day("2026-01-09", 1, [1, 0]),
        day("2026-02-08", 1, [1, 0]),
        day("2026-02-09", 1, [0, 1]),
      ],
      { before: { ...aDay("2026-01-01"), nulls: [0, 10] } },
    );
    expect(judged(reading).evidence).toEqual({ facts: 3, nulls: ["ad_id: 3"] });
  });

  test("a column that a day says nothing of has no NULLs there", () => {
    expect(ofDays([day("2026-02-01", 1, [0])]).status).toBe("ok");
  });

  test("without facts nobody can tell, even where rows of other days are there", () => {
    const reading = aReading([day("2026-02-09", 5, [0, 0])], {
      before: { ...aDay("2026-01-01"), nulls: [0, 0] },
    });
    expect(judged(reading)).toMatchObject({
      status: "unknown",
      code: "no_rows",
      text: "No facts were read from 9 Jan 2026 to 8 Feb 2026.",
    });
    expect(judged(aReading([]))).toMatchObject({ status: "unknown", code: "no_rows" });
  });

  test("what could not be read is unknown", () => {
    expect(judged(new WarehouseError("temporary", "table-stats/table", "busy"))).toMatchObject({
      status: "unknown",
      code: "not_read",
      retry: true,
    });
  });

  test("the question names the table, the window and since when rows were read", () => {
    const reading = aReading([day("2026-02-01", 10, [1, 0])]);
    const from = new Date("2026-01-01T00:00:00Z");
    const question = (request = aRequest()) => judged(reading, exact, request).query;
    expect(question()).toMatchObject({
      statement: "required/evidence",
      inputs: {
        names: { table: "shop.ads.insights" },
        params: { zone: "UTC", first_day: "2026-01-09", last_day: "2026-02-08" },
      },
    });
    expect(question()?.inputs.params).not.toHaveProperty("from");
    expect(question(aRequest({ from }))?.inputs).toMatchObject({
      params: { from, zone: "UTC" },
      types: { from: "TIMESTAMP", first_day: "DATE" },
    });
  });
});
