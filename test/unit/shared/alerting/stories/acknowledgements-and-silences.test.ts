import { describe, expect, test } from "vitest";
import { aPolicy, critical, hoursLater, noon } from "../a-case.ts";
import { aFunction } from "../a-function.ts";

import { facebook, live, said } from "./a-story.ts";

describe("an acknowledgement", () => {
  /** What POST /ack does. */
  function acknowledge(it: ReturnType<typeof aFunction>, at: Date, until: Date): void {
    for (const [id, row] of it.memory.state) {
      const version = Number(row.version) + 1;
      it.memory.state.set(id, { ...row, version, acknowledged: JSON.stringify({ at, until }) });
    }
  }

  test("holds the reminders until it ends, says so then, and reminders go on", async () => {
    const it = aFunction();
    await it.tick(noon, [facebook(...critical("a"))]);
    acknowledge(it, noon, hoursLater(10));
    for (let at = 1; at < 16; at += 1) await it.tick(hoursLater(at), [facebook(...critical("a"))]);
    expect(said(it)).toEqual([
      [0, "first"],
      [10, "reminder"],
      [14, "reminder"],
    ]);
    expect(it.published[1]?.why).toBe(
      "The acknowledgement of 8 Feb 2026 12:00 UTC ran out at 8 Feb 2026 22:00 UTC, and it is still open.",
    );
    expect(it.memory.log.filter(({ reason }) => reason === "acknowledged")).toHaveLength(9);
  });

  test("is lifted by growing, and the notice says so", async () => {
    const it = aFunction();
    await it.tick(noon, [facebook(...critical("a"))]);
    acknowledge(it, noon, hoursLater(24));
    await it.tick(hoursLater(1), [facebook(...critical("a", "b"))]);
    for (let at = 2; at < 6; at += 1) await it.tick(hoursLater(at), [facebook(...critical("a", "b"))]);
    expect(said(it)).toEqual([
      [0, "first"],
      [1, "new_finding"],
      [5, "reminder"],
    ]);
    expect(it.published[1]?.why).toContain("The acknowledgement of 8 Feb 2026 12:00 UTC is lifted.");
  });

  test("ends with its incident: what breaks again is told", async () => {
    const it = aFunction();
    await it.tick(noon, [facebook(...critical("a"))]);
    acknowledge(it, noon, hoursLater(24));
    await live(it, [[], critical("a")], 1);
    expect(it.reasons()).toEqual(["first", "recovered", "first"]);
  });

  test("given while a run that tells it has not ended outlives that run", async () => {
    const it = aFunction();
    it.memory.crashAt("alerting/save-incidents");
    await expect(it.tick(noon, [facebook(...critical("a"))])).rejects.toThrow("crashed");
    acknowledge(it, hoursLater(0.5), hoursLater(24));
    for (let at = 1; at < 10; at += 1) await it.tick(hoursLater(at), [facebook(...critical("a"))]);
    expect(it.distinct()).toBe(1);
    expect(it.memory.log.at(-1)).toMatchObject({ reason: "acknowledged" });
  });

  test("that runs out in the midst of planned work says so after it", async () => {
    const it = aFunction();
    const silences = [{ sources: ["a"], from: hoursLater(1), until: hoursLater(20), why: "x" }];
    await it.tick(noon, [facebook(...critical("a"))]);
    acknowledge(it, noon, hoursLater(3));
    for (let at = 1; at < 22; at += 1)
      await it.tick(hoursLater(at), [facebook(...critical("a"))], { policy: { ...aPolicy, silences } });
    expect(said(it)).toEqual([
      [0, "first"],
      [20, "reminder"],
    ]);
  });

  test("outlives a part that recovers", async () => {
    const it = aFunction();
    await it.tick(noon, [facebook(...critical("a", "b"))]);
    acknowledge(it, noon, hoursLater(24));
    await live(
      it,
      Array.from({ length: 10 }, () => critical("a")),
      1,
    );
    expect(it.reasons()).toEqual(["first", "partly_recovered"]);
  });
});

describe("planned work", () => {
  const silences = [{ sources: ["a"], from: noon, until: hoursLater(6), why: "Airbyte moves" }];
  const policy = { ...aPolicy, silences };

  test("is quiet, and what is wrong when it ends is told, with the reason", async () => {
    const it = aFunction();
    for (let at = 1; at < 9; at += 1) await it.tick(hoursLater(at), [facebook(...critical("a"))], { policy });
    expect(said(it)).toEqual([[6, "first"]]);
    expect(it.published[0]?.why).toContain(
      "It was silenced until 8 Feb 2026 18:00 UTC (Airbyte moves), and is still open.",
    );
    expect(it.memory.log[0]).toMatchObject({
      reason: "silenced",
      why: "Planned work until 8 Feb 2026 18:00 UTC: Airbyte moves",
    });
  });

  test("on one of two sources: the other is told, and the first when the work ends", async () => {
    const it = aFunction();
    for (let at = 1; at < 8; at += 1)
      await it.tick(hoursLater(at), [facebook(...critical("a", "b"))], { policy });
    expect(said(it)).toEqual([
      [1, "first"],
      [5, "reminder"],
      [6, "new_finding"],
    ]);
  });
});
