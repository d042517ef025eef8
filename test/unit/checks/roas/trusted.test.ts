import { describe, expect, test } from "vitest";
import {
  completeThrough,
  type Delivered,
  earlier,
  jointly,
  type Trusted,
} from "../../../../functions/checks/roas/trusted.ts";
import { addDays, endOfDay } from "../../../../functions/shared/days.ts";
import { window } from "../../../support/a-table-reading.ts";

/** Days up to 7 February, which was over when its last rows came: 8 February, 04:00. */
const whole: Delivered = {
  timeZone: "UTC",
  newestArrival: new Date("2026-02-08T04:00:00Z"),
  newestDay: "2026-02-07",
  missing: [],
};

const through = (parts: Partial<Delivered> = {}) => completeThrough({ ...whole, ...parts }, window);

describe("a source is complete", () => {
  test("through its newest day, where something arrived after that was over", () => {
    expect(through()).toBe("2026-02-07");
  });

  test.each([
    ["2026-02-07T23:59:59.999Z", "2026-02-06"],
    ["2026-02-08T00:00:00Z", "2026-02-07"],
    ["2026-02-08T00:00:00.001Z", "2026-02-07"],
  ])("where the newest row came at %s: through %s", (arrival, day) => {
    expect(through({ newestArrival: new Date(arrival) })).toBe(day);
  });

  test("through yesterday, where today has come in part", () => {
    expect(through({ newestDay: "2026-02-08" })).toBe("2026-02-07");
  });

  test("through its newest day before today, where no row says when it came", () => {
    expect(through({ newestArrival: null })).toBe("2026-02-07");
    expect(through({ newestArrival: null, newestDay: "2026-02-08" })).toBe("2026-02-07");
  });

  test("never, where it has no day, or could not be read", () => {
    expect(through({ newestDay: null })).toBeNull();
    expect(completeThrough(null, window)).toBeNull();
  });
});

test("rows of days to come, delivered ahead, make no day whole that was not over then", () => {
  expect(through({ newestDay: "2026-02-08", newestArrival: new Date("2026-02-05T12:00:00Z") })).toBe(
    "2026-02-04",
  );
});

describe("a gap ends it the day before, whatever came later", () => {
  test.each([
    [["2026-01-20"], "2026-01-19"],
    [["2026-02-03", "2026-01-20"], "2026-01-19"],
    [["2026-02-07"], "2026-02-06"],
  ])("%j are missing: through %s", (missing, day) => {
    expect(through({ missing })).toBe(day);
  });

  test("one that would have come after the newest day is no gap", () => {
    expect(through({ newestDay: "2026-02-05", missing: ["2026-02-06", "2026-02-07"] })).toBe("2026-02-05");
  });

  test("one on the day that is not whole changes nothing: the day before is the last whole one either way", () => {
    const partial = { newestArrival: new Date("2026-02-07T12:00:00Z") };
    expect(through({ ...partial, missing: ["2026-02-07"] })).toBe("2026-02-06");
    expect(through({ ...partial, missing: ["2026-02-06"] })).toBe("2026-02-05");
  });

  test("law: no day that is missing, and none that was not over when the last row came, is ever trusted", () => {
    for (let newest = 0; newest < 8; newest += 1)
      for (let gap = 0; gap < 8; gap += 1)
        for (const hour of [-36, 0, 12, 24, 36]) {
          const newestDay = addDays("2026-02-01", newest);
          const missing = [addDays("2026-02-01", gap)];
          const newestArrival = new Date(Date.parse(newestDay) + hour * 3_600_000);
          const day = through({ newestDay, missing, newestArrival }) ?? "";
          expect(day <= newestDay).toBe(true);
          expect(endOfDay(day, "UTC").getTime()).toBeLessThanOrEqual(newestArrival.getTime());
          if (gap <= newest) expect(day < (missing[0] ?? "")).toBe(true);
        }
  });
});

describe("a day is over where the source is", () => {
  // 7 February ends at 11:00 in Auckland, at 18:30 in Kolkata, at 8:00 of the 8th in Los Angeles; all in UTC.
  test.each([
    ["Pacific/Auckland", "2026-02-07T11:00:00Z"],
    ["Asia/Kolkata", "2026-02-07T18:30:00Z"],
    ["America/Los_Angeles", "2026-02-08T08:00:00Z"],
  ])("%s: at %s", (timeZone, over) => {
    const at = (ms: number) => through({ timeZone, newestArrival: new Date(Date.parse(over) + ms) });
    expect(at(-1)).toBe("2026-02-06");
    expect(at(0)).toBe("2026-02-07");
  });

  test("a day of 23 hours and one of 25 are over when the next one begins", () => {
    const at = (newestDay: string, arrival: string) =>
      through({ timeZone: "America/New_York", newestDay, newestArrival: new Date(arrival) });
    expect(at("2026-03-08", "2026-03-09T03:59:59Z")).toBe("2026-03-07");
    expect(at("2026-03-08", "2026-03-09T04:00:00Z")).toBe("2026-03-08");
    expect(at("2026-11-01", "2026-11-02T04:59:59Z")).toBe("2026-10-31");
    expect(at("2026-11-01", "2026-11-02T05:00:00Z")).toBe("2026-11-01");
  });
});

describe("of several", () => {
  test.each([
    ["2026-02-04", "2026-02-01", "2026-02-01"],
    ["2026-02-01", "2026-02-04", "2026-02-01"],
    ["2026-02-01", "2026-02-01", "2026-02-01"],
    ["2026-01-31", "2026-02-01", "2026-01-31"],
    [null, "2026-02-01", null],
    ["2026-02-01", null, null],
    [null, null, null],
  ])("%s and %s: %s", (a, b, day) => {
    expect(earlier(a, b)).toBe(day);
  });

  test("all platforms can be compared through the earliest; where one cannot be told, none can", () => {
    const of = (...days: (string | null)[]) => jointly(days.map((day) => ({ through: day }) as Trusted));
    expect(of("2026-02-05", "2026-02-03", "2026-02-04")).toBe("2026-02-03");
    expect(of("2026-02-05", null, "2026-02-04")).toBeNull();
    expect(of("2026-02-05")).toBe("2026-02-05");
    expect(of()).toBeNull();
  });
});
