import { describe, expect, test } from "vitest";
import { backlogOf, type OutageDay } from "../../../../functions/checks/freshness/outage.ts";
import type { Source } from "../../../../functions/shared/config/types.ts";
import { addDays } from "../../../../functions/shared/days.ts";
import { ago, aMoney, aSource, days, hours, noon } from "../../../support/a-source.ts";

const money = aMoney();
const loader = (parts: Partial<Source> = {}) => aSource({ money, ...parts });

/** Silent since the noon of 2 February, over at the noon of the 8th. */
const sixDays = { began: ago(days(6)), over: noon };
const repaired = ago(hours(1));

/** A day that was there when it began. */
const seen = (day: string, amount: number | null = 100, parts: Partial<OutageDay> = {}): OutageDay => ({
  day,
  amountThen: amount,
  amountNow: amount,
  newestArrivalThen: new Date(`${day}T12:00:00Z`),
  firstArrivalSince: null,
  ...parts,
});
/** A day that came afterwards. */
const filled = (day: string, amount: number | null = 100, at = repaired): OutageDay => ({
  day,
  amountThen: null,
  amountNow: amount,
  newestArrivalThen: null,
  firstArrivalSince: at,
});
const week = [...Array(7)].map((_, n) => seen(addDays("2026-01-26", n)));
/** Half a day's money on the day it fell silent, the other half came with the repair. */
const firstDay = seen("2026-02-02", 50, { amountNow: 100, firstArrivalSince: repaired });
const allFilled = ["03", "04", "05", "06", "07", "08"].map((day) => filled(`2026-02-${day}`));

describe("what a source kept back", () => {
  test("is estimated as a tick would have, until the source spoke again", () => {
    const backlog = backlogOf(loader(), [...week, firstDay, ...allFilled], sixDays);
    expect(backlog?.notVisible).toMatchObject({
      currency: "USD",
      kind: "spend",
      low: backlog?.notVisible?.high,
    });
    expect(backlog?.notVisible?.amount).toBeCloseTo((100 * (days(6) - hours(1))) / days(1));
  });

  test("is counted exactly when all of it came: the rest of the first day, five whole days, the last in part", () => {
    expect(backlogOf(loader(), [...week, firstDay, ...allFilled], sixDays)).toMatchObject({
      arrived: 650,
      wholeDays: ["2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06", "2026-02-07"],
      missingDays: [],
      partialDays: ["2026-02-02", "2026-02-08"],
      restMissing: null,
    });
  });

  test("a day without a row is missing; one with rows but no readable amount is not", () => {
    const filledDays = allFilled.map((it) => (it.day === "2026-02-05" ? filled(it.day, null) : it));
    const gappy = filledDays.filter(({ day }) => day !== "2026-02-04");
    expect(backlogOf(loader(), [...week, firstDay, ...gappy], sixDays)).toMatchObject({
      arrived: 450,
      missingDays: ["2026-02-04"],
    });
  });

  test("the day it fell silent on is never called missing, but the rest of it is when nothing came for it", () => {
    expect(
      backlogOf(loader(), [...week, seen("2026-02-02", 50), filled("2026-02-08")], sixDays),
    ).toMatchObject({
      arrived: 100,
      missingDays: ["2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06", "2026-02-07"],
      partialDays: ["2026-02-08"],
      restMissing: "2026-02-02",
    });
  });

  test("the last day may just not have come yet: it is missing once one more delivery was due after its end", () => {
    const upToTheSixth = allFilled.slice(0, 4);
    expect(backlogOf(loader(), [...week, firstDay, ...upToTheSixth], sixDays)).toMatchObject({
      wholeDays: ["2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06"],
      missingDays: [],
    });
    const aDayLater = { ...sixDays, over: new Date(noon.getTime() + days(1)) };
    expect(backlogOf(loader(), [...week, firstDay, ...upToTheSixth], aDayLater)?.missingDays).toEqual([
      "2026-02-07",
    ]);
  });

  test("restated amounts of days before the outage are none of its bill", () => {
    const restated = week.map((it) => ({ ...it, amountNow: 1_000, firstArrivalSince: repaired }));
    expect(backlogOf(loader(), [...restated, firstDay, ...allFilled], sixDays)?.arrived).toBe(650);
  });

  test("days begin and end in the source's time zone", () => {
    const began = new Date("2026-02-02T04:30:00Z");
    const lateAtNight = seen("2026-02-01", 90, { newestArrivalThen: began });
    const known = [...week.slice(0, -1), lateAtNight, filled("2026-02-02"), ...allFilled];
    const inNewYork = loader({ timeZone: "America/New_York" });
    expect(backlogOf(inNewYork, known, { began, over: noon })).toMatchObject({ restMissing: "2026-02-01" });
    // In UTC the 1st was over before the newest row came: nothing of it is missing.
    expect(backlogOf(loader(), known, { began, over: noon })).toMatchObject({ restMissing: null });
  });
});

describe("how long it was silent", () => {
  test("from the end of the newest day where rows went on coming without a new one", () => {
    const resent = seen("2026-02-02", 100, { newestArrivalThen: new Date("2026-02-03T09:00:00Z") });
    const backlog = backlogOf(loader(), [...week, resent, ...allFilled], {
      began: new Date("2026-02-03T00:00:00Z"),
      over: noon,
    });
    expect(backlog?.wholeDays[0]).toBe("2026-02-03");
    expect(backlog).toMatchObject({ arrived: 600, partialDays: ["2026-02-08"], restMissing: null });
  });

  test("until a day came on time: one filled in by hand on the way does not end it", () => {
    const byHand = filled("2026-02-03", 100, new Date("2026-02-05T12:00:00Z"));
    const backlog = backlogOf(loader(), [...week, firstDay, byHand, ...allFilled.slice(1)], sixDays);
    expect(backlog?.notVisible?.amount).toBeCloseTo((100 * (days(6) - hours(1))) / days(1));
  });

  test("only until its own repair, though others of the incident were ill for longer", () => {
    const ownRepair = new Date("2026-02-05T12:00:00Z");
    const steady = allFilled.map((it) => filled(it.day, 100, new Date(`${it.day}T12:00:00Z`)));
    const late = steady.map((it) => (it.day < "2026-02-05" ? filled(it.day, 100, ownRepair) : it));
    const backlog = backlogOf(loader(), [...week, firstDay, ...late], sixDays);
    expect(backlog?.notVisible?.amount).toBeCloseTo(300);
    expect(backlog).toMatchObject({
      wholeDays: ["2026-02-03", "2026-02-04"],
      partialDays: ["2026-02-02", "2026-02-05"],
    });
  });

  test("a source that delivered all along has no bill: it only could not be checked", () => {
    const steady = allFilled.map((it) => filled(it.day, 100, new Date(`${it.day}T12:00:00Z`)));
    expect(backlogOf(loader(), [...week, seen("2026-02-02"), ...steady], sixDays)).toBeNull();
  });

  test("an outage within one day ends with the first row after it", () => {
    const hourly = loader({ warnAfterMs: hours(3), criticalAfterMs: hours(6) });
    const began = new Date("2026-02-08T02:00:00Z");
    const today = (since: Date): OutageDay => ({
      day: "2026-02-08",
      amountThen: 10,
      amountNow: 40,
      newestArrivalThen: began,
      firstArrivalSince: since,
    });
    expect(
      backlogOf(hourly, [...week, today(new Date("2026-02-08T11:00:00Z"))], { began, over: noon }),
    ).toMatchObject({
      arrived: 30,
      wholeDays: [],
      missingDays: [],
      partialDays: ["2026-02-08"],
    });
    expect(
      backlogOf(hourly, [...week, today(new Date("2026-02-08T03:00:00Z"))], { began, over: noon }),
    ).toBeNull();
  });

  test("without a row of before, from when the incident began, and without an estimate", () => {
    expect(backlogOf(loader(), allFilled, sixDays)).toMatchObject({
      notVisible: null,
      arrived: 600,
      restMissing: "2026-02-02",
      wholeDays: ["2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06", "2026-02-07"],
    });
  });
});
