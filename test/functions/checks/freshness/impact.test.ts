import { describe, expect, test } from "vitest";
import { estimateImpact, typicalPeriod } from "../../../../functions/checks/freshness/impact.ts";
import { judge } from "../../../../functions/checks/freshness/judge.ts";
import { addDays } from "../../../../functions/shared/days.ts";
import { ago, aSource, content, days, metadata, noon, observation } from "../../../support/a-source.ts";

const money = { column: "spend", jsonPath: null, currency: "USD", kind: "spend" } as const;
const silent = (since: Date, source = aSource({ money })) =>
  judge(
    observation({
      source,
      metadata: metadata({ modified: since }),
      content: content({ newestArrival: since, newestBusinessDay: since.toISOString().slice(0, 10) }),
    }),
    noon,
  );
const week = (amounts: readonly number[]) =>
  amounts.map((amount, n) => ({ day: addDays("2026-01-26", n), amount, newestArrival: noon }));

describe("money not visible", () => {
  const sixDays = silent(ago(days(6)));

  test("is the mean of the last 7 complete days × the days missing, with the range of those days", () => {
    const impact = estimateImpact(
      sixDays,
      week([18_000, 19_000, 20_000, 20_000, 20_000, 21_000, 22_000]),
      noon,
    );
    expect(impact).toMatchObject({
      amount: 120_000,
      low: 108_000,
      high: 132_000,
      currency: "USD",
      kind: "spend",
    });
    expect(impact?.basis).toContain("6.0 days × $20K a day");
    expect(impact?.basis).toContain("26 Jan 2026 to 1 Feb 2026");
  });

  test("takes no partial day into the mean", () => {
    expect(typicalPeriod(new Date("2026-02-02T12:00:00Z"), "UTC")).toEqual({
      first: "2026-01-26",
      last: "2026-02-01",
    });
    const withToday = [
      ...week([20_000, 20_000, 20_000, 20_000, 20_000, 20_000, 20_000]),
      { day: "2026-02-02", amount: 1, newestArrival: noon },
    ];
    expect(estimateImpact(sixDays, withToday, noon)?.amount).toBeCloseTo(120_000);
  });

  test("says when a day of the seven holds nothing", () => {
    expect(estimateImpact(sixDays, week([20_000, 20_000, 20_000]), noon)?.basis).toContain(
      "of which 4 hold none",
    );
  });

  test("is not guessed when no day holds money, nor for a source without money", () => {
    expect(estimateImpact(sixDays, [], noon)).toBeNull();
    expect(estimateImpact(silent(ago(days(6)), aSource()), week([1]), noon)).toBeNull();
  });

  test("counts from the end of the newest business day when rows arrive but days do not", () => {
    const resending = judge(
      observation({ source: aSource({ money }), content: content({ newestBusinessDay: "2026-02-05" }) }),
      noon,
    );
    const impact = estimateImpact(
      resending,
      [{ day: "2026-02-04", amount: 1_000, newestArrival: noon }],
      noon,
    );
    expect(impact?.amount).toBeCloseTo(2_500);
  });
});
