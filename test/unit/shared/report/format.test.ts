import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDay,
  formatDays,
  formatDuration,
  formatHours,
  formatInstant,
  formatList,
  formatMoney,
  formatNumber,
  formatPercent,
} from "../../../../functions/shared/report/format.ts";

const hour = 3_600_000;

describe("time", () => {
  test.each([
    [42_000, "42 s"],
    [35 * 60_000, "35 min"],
    [hour, "1 h"],
    [7.5 * hour, "7.5 h"],
    [51.2 * hour, "51 h"],
    [71.9 * hour, "72 h"],
    [72 * hour, "3.0 days"],
    [143.98 * hour, "6.0 days"],
    [-51 * hour, "-51 h"],
    [Number.NaN, "unknown"],
  ])("a length of %d ms is said %s", (ms, said) => {
    expect(formatDuration(ms)).toBe(said);
  });

  test("hours stay hours, however many, so that a column can be compared", () => {
    expect([3.25 * hour, 51.4 * hour, 143.98 * hour, 1440 * hour].map(formatHours)).toEqual([
      "3.3 h",
      "51 h",
      "144 h",
      "1,440 h",
    ]);
  });

  test("an instant is said in UTC, whatever the zone of the machine", () => {
    expect(formatInstant(new Date("2026-02-02T23:30:41-05:00"))).toBe("3 Feb 2026 04:30 UTC");
    expect(formatInstant(new Date(Number.NaN))).toBe("unknown");
  });

  test("a calendar day is that day, never the one before", () => {
    expect(formatDay("2026-02-02")).toBe("2 Feb 2026");
    expect(formatDay(new Date("2026-02-02T00:00:00Z"))).toBe("2 Feb 2026");
    expect(formatDay("someday")).toBe("unknown");
  });
});

describe("days", () => {
  test.each([
    [["2026-02-03"], "3 Feb 2026"],
    [["2026-02-03", "2026-02-04", "2026-02-05"], "3 to 5 Feb 2026"],
    [["2026-01-31", "2026-02-01"], "31 Jan to 1 Feb 2026"],
    [["2025-12-31", "2026-01-01"], "31 Dec 2025 to 1 Jan 2026"],
    [["2026-02-07", "2026-02-03", "2026-02-04", "2026-02-07"], "3 to 4 Feb and 7 Feb 2026"],
    [["2026-01-29", "2026-01-31", "2026-02-01", "2026-02-03"], "29 Jan, 31 Jan to 1 Feb and 3 Feb 2026"],
    [["2025-12-30", "2026-01-01"], "30 Dec 2025 and 1 Jan 2026"],
    [["2025-02-03", "2026-02-04"], "3 Feb 2025 and 4 Feb 2026"],
    [["2024-02-28", "2024-02-29", "2024-03-01"], "28 Feb to 1 Mar 2024"],
    [[], "no day"],
  ])("%j are said %s", (days, said) => {
    expect(formatDays(days)).toBe(said);
  });
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1 kB"],
  [1_234, "1.2 kB"],
  [9_949, "9.9 kB"],
  [10_400, "10 kB"],
  [819_000_000, "819 MB"],
  [999_499_999, "999 MB"],
  [999_500_000, "1 GB"],
  [3_600_000_000, "3.6 GB"],
  [42e12, "42 TB"],
  [5e18, "5,000 PB"],
  [Number.NaN, "unknown"],
])("%d bytes are said %s", (bytes, said) => {
  expect(formatBytes(bytes)).toBe(said);
});

describe("money and numbers", () => {
  test.each([
    [119_876, "USD", "$120K"],
    [5_930, "USD", "$5.9K"],
    [1_234_567, "USD", "$1.2M"],
    [950, "EUR", "€950"],
    [950, "CAD", "CA$950"],
    [-5_000, "USD", "-$5K"],
    [12, "X?", "X? 12"],
    [Number.POSITIVE_INFINITY, "USD", "unknown"],
  ])("%d %s is said %s", (amount, currency, said) => {
    expect(formatMoney(amount, currency)).toBe(said);
  });

  test("a count is grouped and never rounded to nothing", () => {
    expect([159_342, 0.5, 0, Number.NaN].map((value) => formatNumber(value))).toEqual([
      "159,342",
      "0.5",
      "0",
      "unknown",
    ]);
  });
});

test.each([
  [33_253 / 159_342, "20.9 %"],
  [0.02, "2 %"],
  [0, "0 %"],
  [1, "100 %"],
  [0 / 0, "unknown"],
])("a share of %d is said %s", (share, said) => {
  expect(formatPercent(share)).toBe(said);
});

test("a count names one thing or several, and a list ends with and", () => {
  expect([0, 1, 2, 159_342].map((count) => formatCount(count, "row"))).toEqual([
    "0 rows",
    "1 row",
    "2 rows",
    "159,342 rows",
  ]);
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(formatList)).toEqual([
    "",
    "a",
    "a and b",
    "a, b and c",
  ]);
});
