import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { DAY_MS, dayNumber } from "../../../infra/local/world/calendar.ts";
import { slicesBetween, slotsBefore } from "../../../infra/local/world/day-plan.ts";
import { inSuccession } from "../../../infra/local/world/deliveries.ts";
import { facebookDeliveries, facebookSyncs, planFacebook } from "../../../infra/local/world/facebook-plan.ts";
import {
  apportion,
  everySql,
  noise,
  share,
  shareSql,
  shuffle,
  shuffleSql,
  sum,
} from "../../../infra/local/world/numbers.ts";
import { planShop, planSignups } from "../../../infra/local/world/shopify-plan.ts";
import { planTikTok } from "../../../infra/local/world/tiktok-plan.ts";

const SEEDS = [20260208, 1, 77, 4_000_000_000];
const at = (iso: string) => Date.parse(iso);

describe("numbers", () => {
  test("parts in proportion add up to the whole, whatever the weights", () => {
    for (const total of [0, 1, 7, 126_089, 36_529_400]) {
      const parts = apportion(total, [0.3, 1, 2.5, 0.01, 1]);
      expect(sum(parts)).toBe(total);
      expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
    }
  });

  test("shares add up to the whole, and SQL shares, shuffles and chooses as the plan does", async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    for (const [total, n, day] of [
      [2_118_935, 347, 20_485],
      [191_310, 58, 20_486],
      [99, 120, 20_487],
      [5, 1, 3],
    ] as const) {
      const planned = Array.from({ length: n }, (_, i) => share(total, shuffle(i, n, day), n));
      expect(sum(planned)).toBe(total);
      const column = shareSql(`${total}`, shuffleSql("i", `${n}`, `${day}`), `${n}`);
      const result = await connection.runAndReadAll(`SELECT ${column} FROM range(${n}) AS r(i) ORDER BY i`);
      expect(result.getRows().map(([cents]) => Number(cents))).toEqual(planned);
    }
    const chosen = `SELECT count_if(${everySql("i", 690, 986)}) FROM range(5000, 5986) AS r(i)`;
    expect(Number((await connection.runAndReadAll(chosen)).getRows()[0]?.[0])).toBe(690);
    connection.closeSync();
  });

  test("noise is the same for the same place, differs between places, and spreads over [0, 1)", () => {
    const drawn = Array.from({ length: 2_000 }, (_, i) => noise(5, "orders", i));
    expect(drawn).toEqual(Array.from({ length: 2_000 }, (_, i) => noise(5, "orders", i)));
    expect(new Set(drawn).size).toBeGreaterThan(1_990);
    expect(noise(6, "orders", 3)).not.toBe(noise(5, "orders", 3));
    expect(noise(5, "spend", 3)).not.toBe(noise(5, "orders", 3));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    expect(Math.abs(sum(drawn) / drawn.length - 0.5)).toBeLessThan(0.03);
  });
});

describe("windows", () => {
  test("two windows that meet hold what one over both holds, wherever they meet", () => {
    const planOf = (day: number) => ({ day, slots: 37 + (day % 5), morning: 20 });
    const things = (from: number, to: number) =>
      slicesBetween(planOf, from, to).flatMap(({ plan, from: first, to: until }) =>
        Array.from({ length: until - first }, (_, i) => `${plan.day}:${first + i}`),
      );
    const [from, to] = [at("2026-02-03T05:11:00Z"), at("2026-02-06T21:40:00Z")];
    for (let middle = from; middle <= to; middle += 1_713_000) {
      expect([...things(from, middle), ...things(middle, to)]).toEqual(things(from, to));
    }
  });

  test("a day's morning has happened at noon, and all of it at midnight", () => {
    const plan = { day: 20_000, slots: 41, morning: 24 };
    expect(slotsBefore(plan, 20_000 * DAY_MS)).toBe(0);
    expect(slotsBefore(plan, 20_000.5 * DAY_MS)).toBe(24);
    expect(slotsBefore(plan, 20_001 * DAY_MS)).toBe(41);
  });
});

describe.each(SEEDS)("plans of seed %i", (seed) => {
  test("Facebook has the audit's rows, repeats and spend", () => {
    const planOf = planFacebook(seed);
    const delivered = inSuccession(facebookSyncs()).flatMap((sync) =>
      facebookDeliveries(planOf, sync.previous, sync.at),
    );
    expect(sum(delivered.map(({ rows }) => rows))).toBe(159_342);
    const last = new Map(delivered.map((one) => [one.plan.day, one]));
    expect(sum([...last.values()].map(({ rows }) => rows))).toBe(126_089);
    const recent = [...last.values()].filter(({ plan }) => plan.day >= dayNumber("2026-01-09"));
    expect(sum(recent.map(({ spendCents }) => spendCents))).toBe(36_529_400);
    for (const { plan } of delivered) {
      expect(plan.morning).toBeGreaterThan(0);
      expect(plan.morning).toBeLessThan(plan.slots);
      expect(plan.breakdownRows.ageAndGender).toBeLessThanOrEqual(10 * plan.slots);
    }
  });

  test("TikTok has the audit's rows", () => {
    const slices = slicesBetween(planTikTok(seed), at("2024-09-01T00:00:00Z"), at("2026-02-05T12:00:00Z"));
    expect(sum(slices.map(({ from, to }) => to - from))).toBe(30_287);
  });

  test("the shop has the audit's orders, numbered without a gap into the future", () => {
    const planOf = planShop(seed);
    const count = (from: string, to: string) =>
      sum(slicesBetween(planOf, at(from), at(to)).map((slice) => slice.to - slice.from));
    expect(count("2021-07-01T00:00:00Z", "2026-02-08T11:00:00Z")).toBe(592_091);
    expect(count("2025-12-29T00:00:00Z", "2026-02-05T12:00:00Z")).toBe(9_865);
    for (let day = dayNumber("2026-02-01"); day < dayNumber("2026-04-01"); day++) {
      expect(planOf(day + 1).ordersBefore).toBe(planOf(day).ordersBefore + planOf(day).slots);
    }
    const signups = slicesBetween(planSignups(seed), at("2025-12-29T00:00:00Z"), at("2026-02-05T12:00:00Z"));
    expect(sum(signups.map(({ from, to }) => to - from))).toBe(13_350 - 6_888);
  });

  test("a day is the same whichever days were asked for before", () => {
    const day = dayNumber("2026-03-20");
    const asked = planShop(seed);
    asked(day + 9);
    expect(asked(day)).toEqual(planShop(seed)(day));
  });
});
