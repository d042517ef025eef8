import { describe, expect, test } from "vitest";
import type { Backlog } from "../../../functions/checks/freshness/outage.ts";
import { outageImpactFacts } from "../../../functions/sync-watchdog/outage-impact-facts.ts";
import { aMoney, aSource } from "../../support/a-source.ts";

const spend = aMoney();
const revenue = aMoney({ column: "total", currency: "EUR", kind: "revenue" });

const fiveDays = ["2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06", "2026-02-07"];
const aBacklog = (parts: Partial<Backlog> = {}): Backlog => ({
  source: aSource({ id: "ads", money: spend }),
  notVisible: { amount: 120_000, low: 110_000, high: 130_000, currency: "USD", kind: "spend", basis: "" },
  arrived: 117_600,
  wholeDays: fiveDays,
  missingDays: [],
  partialDays: ["2026-02-02", "2026-02-08"],
  restMissing: null,
  ...parts,
});
const factsOf = (...backlogs: Backlog[]) =>
  Object.fromEntries(outageImpactFacts(backlogs, []).map(({ label, value }) => [label, value]));

describe("the bill of an outage", () => {
  test("says what could not be seen and what came of it, and nothing is missing when all came", () => {
    expect(factsOf(aBacklog())).toEqual({
      "Was not visible": "about $120K of spend ($110K to $130K)",
      "Arrived since": "$118K of spend: all 5 whole days, and part of 2 Feb 2026 and 8 Feb 2026",
    });
  });

  test("names the days that hold nothing, runs of them as one", () => {
    expect(factsOf(aBacklog({ missingDays: ["2026-02-04"] }))).toMatchObject({
      "Arrived since": "$118K of spend: 4 of 5 whole days, and part of 2 Feb 2026 and 8 Feb 2026",
      "Still missing": "4 Feb 2026",
    });
    expect(
      factsOf(aBacklog({ missingDays: fiveDays, restMissing: "2026-02-02", partialDays: ["2026-02-08"] })),
    ).toMatchObject({
      "Arrived since": "$118K of spend: none of 5 whole days, and part of 8 Feb 2026",
      "Still missing": "the rest of 2 Feb 2026, 3 Feb 2026 to 7 Feb 2026",
    });
  });

  test("cuts a long list of days and says how many more there are", () => {
    const everyOther = [...Array(8)].map((_, n) => `2026-01-${String(2 * n + 10)}`);
    expect(factsOf(aBacklog({ missingDays: everyOther }))["Still missing"]).toBe(
      "10 Jan 2026, 12 Jan 2026, 14 Jan 2026, 16 Jan 2026, 18 Jan 2026, 3 more days",
    );
  });

  test("does not add spend to revenue, and says by source what is missing where that differs", () => {
    const orders = aBacklog({
      source: aSource({ id: "orders", money: revenue }),
      notVisible: { amount: 9_000, low: 8_000, high: 9_500, currency: "EUR", kind: "revenue", basis: "" },
      arrived: 9_100,
    });
    expect(factsOf(aBacklog({ missingDays: ["2026-02-04"] }), orders)).toEqual({
      "Was not visible": "about $120K of spend ($110K to $130K) and about €9K of revenue (€8K to €9.5K)",
      "Arrived since":
        "$118K of spend and €9.1K of revenue: 4 of 5 whole days, and part of 2 Feb 2026 and 8 Feb 2026",
      "Still missing": "ads: 4 Feb 2026",
    });
  });

  test("adds up sources of one kind and currency", () => {
    expect(factsOf(aBacklog(), aBacklog({ source: aSource({ id: "more", money: spend }) }))).toMatchObject({
      "Was not visible": "about $240K of spend ($220K to $260K)",
      "Arrived since": expect.stringContaining("$235K of spend: all 5 whole days"),
    });
  });

  test("counts one day and two as a person would", () => {
    const arrivedIn = (wholeDays: readonly string[]) =>
      factsOf(aBacklog({ wholeDays, partialDays: [] }))["Arrived since"];
    expect(arrivedIn(fiveDays.slice(0, 1))).toBe("$118K of spend: 1 whole day");
    expect(arrivedIn(fiveDays.slice(0, 2))).toBe("$118K of spend: both whole days");
  });

  test("names the larger money first, in the estimate and in what came", () => {
    const orders = aBacklog({
      source: aSource({ id: "orders", money: { ...revenue, currency: "USD" } }),
      notVisible: {
        amount: 274_000,
        low: 259_000,
        high: 294_000,
        currency: "USD",
        kind: "revenue",
        basis: "",
      },
      arrived: 273_000,
    });
    const facts = factsOf(aBacklog(), orders);
    expect(facts["Was not visible"]).toMatch(/revenue.*spend/);
    expect(facts["Arrived since"]).toMatch(/^\$273K of revenue and \$118K of spend/);
  });

  test("shorter than a day, it has no whole day to count", () => {
    const short = aBacklog({ wholeDays: [], partialDays: ["2026-02-08"], arrived: 3_000 });
    expect(factsOf(short)["Arrived since"]).toBe("$3K of spend: part of 8 Feb 2026");
  });

  test("without an estimate it says only what came; without a source with money, nothing", () => {
    expect(factsOf(aBacklog({ notVisible: null }))["Was not visible"]).toBeUndefined();
    expect(outageImpactFacts([], [])).toEqual([]);
  });

  test("says what could not be worked out, and why, beside what could", () => {
    expect(outageImpactFacts([], ["ads: no such column"])).toEqual([
      { label: "Was not visible", value: "could not be worked out: ads: no such column" },
    ]);
    expect(outageImpactFacts([aBacklog()], ["orders: busy"]).at(-1)).toEqual({
      label: "Not counted",
      value: "could not be worked out: orders: busy",
    });
  });
});
