import { expect, test } from "vitest";
import { windowOf } from "../../../../functions/checks/table-stats/window.ts";
import { aSource } from "../../../support/a-source.ts";

/** Six in the morning in UTC: it is still yesterday in Los Angeles, and afternoon in Tokyo. */
const now = new Date("2026-02-08T06:00:00Z");
const file = (...zones: string[]) => ({
  timeZone: "UTC",
  sources: zones.map((timeZone) => aSource({ timeZone })),
  pairs: [],
});

test("each table has its own today, and all of them the same first day: the earliest", () => {
  const mixed = file("America/Los_Angeles", "Asia/Tokyo");
  expect(windowOf(now, "America/Los_Angeles", mixed)).toEqual({
    firstDay: "2026-01-08",
    lastDay: "2026-02-07",
  });
  expect(windowOf(now, "UTC", mixed)).toEqual({ firstDay: "2026-01-08", lastDay: "2026-02-08" });
  expect(windowOf(now, "Asia/Tokyo", mixed)).toEqual({ firstDay: "2026-01-08", lastDay: "2026-02-08" });
});

test("with one time zone it is the last thirty days and today", () => {
  expect(windowOf(now, "UTC", file("UTC"))).toEqual({ firstDay: "2026-01-09", lastDay: "2026-02-08" });
});
