import { describe, expect, test } from "vitest";
import { withImpact } from "../../../../functions/checks/freshness/impact.ts";
import { judge } from "../../../../functions/checks/freshness/judge.ts";
import type { DayMoney } from "../../../../functions/checks/freshness/types.ts";
import { addDays } from "../../../../functions/shared/days.ts";
import {
  ago,
  aMoney,
  aSource,
  atNoon,
  content,
  days,
  metadata,
  noon,
  observation,
} from "../../../support/a-source.ts";

const money = aMoney();

/** Silent since then, by its modification time. */
const silent = (since: Date, source = aSource({ money })) =>
  judge(observation({ source, metadata: metadata({ modified: since }), content: null }), atNoon);

const priced = (verdict: ReturnType<typeof silent>, list: readonly DayMoney[]) =>
  withImpact(verdict, list, noon);

/** Days from 26 January on, and the partial one on which the source fell silent. */
const week = (amounts: readonly (number | null)[]): DayMoney[] => [
  ...amounts.map((amount, n) => ({
    day: addDays("2026-01-26", n),
    amount,
    newestArrival: new Date(`${addDays("2026-01-26", n)}T12:00:00Z`),
  })),
  { day: "2026-02-02", amount: 1, newestArrival: new Date("2026-02-02T12:00:00Z") },
];

describe("money not visible", () => {
  const sixDays = silent(ago(days(6)));

  test("is the mean of the last 7 complete days × the days missing, with the range of those days", () => {
    const { impact } = priced(sixDays, week([18_000, 19_000, 20_000, 20_000, 20_000, 21_000, 22_000]));
    expect(impact).toMatchObject({
      amount: 120_000,
      low: 108_000,
      high: 132_000,
      currency: "USD",
      kind: "spend",
    });
    expect(impact?.basis).toBe(
      "6.0 days × $20K a day, the mean of the last 7 complete days (26 Jan 2026 to 1 Feb 2026); " +
        "the range is from their lowest to their highest day",
    );
  });

  test("says so when some of the seven days hold nothing", () => {
    const { impact } = priced(sixDays, week([700, 700, 700, 700, 700]));
    expect(impact?.amount).toBeCloseTo(4_200);
    expect(impact?.basis).toContain("the mean of those 5 of the last 7 complete days that have any");
  });

  test("passes over days whose amounts cannot be read, and notes them", () => {
    const verdict = priced(sixDays, week([null, 100, 100, 100, 100, 100, 100]));
    expect(verdict.impact?.amount).toBeCloseTo(600);
    expect(verdict.notes).toEqual(["1 days before it became stale have no readable amount."]);
  });

  test("is not guessed when no day holds money, nor for a source without money", () => {
    expect(priced(sixDays, []).impact).toBeNull();
    expect(priced(sixDays, week([null, null])).impact).toBeNull();
    expect(priced(silent(ago(days(6)), aSource()), week([1])).impact).toBeNull();
  });

  test("counts from the end of the newest business day where that lies before the last write", () => {
    const verdict = priced(silent(ago(days(4))), week([100, 100, 100, 100, 100, 100, 100]).slice(0, 7));
    expect(verdict).toMatchObject({
      businessDate: "2026-02-01",
      visibleThrough: new Date("2026-02-01T12:00:00Z"),
    });
    expect(verdict.impact?.amount).toBeCloseTo(700);
  });

  test("counts from the newest day when rows arrive but days do not", () => {
    const resending = judge(
      observation({ source: aSource({ money }), content: content({ newestBusinessDay: "2026-02-05" }) }),
      atNoon,
    );
    const days = [{ day: "2026-02-05", amount: 1_000, newestArrival: ago(0) }];
    expect(withImpact(resending, days, noon).impact?.amount).toBeCloseTo(2_500);
  });
});

describe("the rows that give the price", () => {
  test("also show the clocks that the metadata could not", () => {
    const verdict = priced(silent(ago(days(6))), week([1]));
    expect(verdict).toMatchObject({
      arrival: ago(days(6)),
      businessDate: "2026-02-02",
      decidedBy: "modified",
    });
  });
});
