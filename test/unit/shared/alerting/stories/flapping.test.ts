import { describe, expect, test } from "vitest";
import { aGroup, critical, hoursLater, warning } from "../a-case.ts";
import { aFunction } from "../a-function.ts";

import { facebook, live, said } from "./a-story.ts";

describe("flapping", () => {
  const bad = critical("a");

  test("is said at the fourth break within a day, and then nothing until it has held still and is over", async () => {
    const it = aFunction();
    // Breaks at 0, 2, 4, 6, 8, 10, 12 and is well from 13 on.
    await live(it, [
      bad,
      [],
      bad,
      [],
      bad,
      [],
      bad,
      [],
      bad,
      [],
      bad,
      [],
      bad,
      ...Array.from({ length: 12 }, () => []),
    ]);
    expect(said(it)).toEqual([
      [0, "first"],
      [1, "recovered"],
      [2, "first"],
      [3, "recovered"],
      [4, "first"],
      [5, "recovered"],
      [6, "flapping"],
      [21, "recovered"],
    ]);
    expect(it.published[6]).toMatchObject({
      title: "a broke 4 times within a day",
      lead: "No more messages about it until it is stable. Now: Nothing arrived.",
    });
    expect(it.published[6]?.why).toMatch(/^a is flapping: broke 4 times within 24 h/);
    expect(it.published[6]?.facts.find(({ label }) => label === "Flapping")?.value).toMatch(/12:00.*18:00/);
    expect(it.published.at(-1)?.lead).toBe(
      "Everything is ok again at 9 Feb 2026 01:00 UTC, and stable since. It lasted 7 h.",
    );
  });

  test("that ends in being wrong is brought to mind, and told like anything else from then on", async () => {
    const it = aFunction();
    await live(it, [bad, [], bad, [], bad, [], bad, [], ...Array.from({ length: 14 }, () => bad), []]);
    expect(said(it).slice(6)).toEqual([
      [6, "flapping"],
      [16, "reminder"],
      [20, "reminder"],
      [22, "recovered"],
    ]);
    expect(it.published[7]?.why).toContain("not flapping any more, but still not ok");
  });

  test("begins anew after it has held still: three more breaks are told", async () => {
    const it = aFunction();
    await live(it, [
      bad,
      [],
      bad,
      [],
      bad,
      [],
      bad,
      ...Array.from({ length: 10 }, () => []),
      bad,
      [],
      bad,
      [],
    ]);
    expect(said(it).slice(6)).toEqual([
      [6, "flapping"],
      [15, "recovered"],
      [17, "first"],
      [18, "recovered"],
      [19, "first"],
      [20, "recovered"],
    ]);
  });

  test("of one source keeps nothing of another quiet", async () => {
    const it = aFunction();
    const b = critical("b");
    await live(it, [bad, [], bad, [], bad, [], bad, [...bad, ...b], b, bad, [], []]);
    expect(said(it).slice(6)).toEqual([
      [6, "flapping"],
      [7, "new_finding"],
      [9, "partly_recovered"],
    ]);
  });

  test.each(["alerting/log-decisions", "alerting/save-incidents"])(
    "that a run was telling when it ended at %s is told again under its id",
    async (statement) => {
      const it = aFunction();
      await live(it, [bad, [], bad, [], bad, []]);
      it.memory.crashAt(statement);
      await expect(it.tick(hoursLater(6), [facebook(...bad)])).rejects.toThrow("crashed");
      await live(it, [bad, bad, []], 7);
      const flapping = it.published.filter(({ reason }) => reason === "flapping");
      expect(new Set(flapping.map(({ id }) => id)).size).toBe(1);
      expect(said(it).at(-1)).toEqual([7, "flapping"]);
    },
  );

  test("that gets worse is told at once, and once", async () => {
    const it = aFunction();
    const mild = warning("a");
    await live(it, [mild, [], mild, [], mild, [], mild, [], bad, [], bad, mild, bad]);
    expect(said(it).slice(6)).toEqual([
      [6, "flapping"],
      [8, "escalated"],
    ]);
  });

  test("that gets worse is told, whatever was told of others while it was well", async () => {
    const it = aFunction();
    const [mild, b] = [warning("a"), critical("b")];
    await live(it, [mild, [], mild, [], mild, [], mild, [], b, [...bad, ...b]]);
    expect(said(it).slice(6)).toEqual([
      [6, "flapping"],
      [8, "new_finding"],
      [9, "escalated"],
    ]);
  });

  test("is one story, whatever its cause is called when it breaks again", async () => {
    const it = aFunction();
    await live(it, [bad, [], bad, [], bad, [], bad, []]);
    await it.tick(hoursLater(8), [aGroup("streams:facebook", bad)]);
    expect(it.memory.log.at(-1)).toMatchObject({
      reason: "still_flapping",
      incident: it.published.at(-1)?.incident,
    });
  });

  test("goes on when the cause turns out to be another one", async () => {
    const it = aFunction();
    await live(it, [bad, [], bad, [], bad, [], bad, []]);
    await it.tick(hoursLater(8), [aGroup("host:airbyte", critical("a", "b"))]);
    await it.tick(hoursLater(9), [aGroup("host:airbyte", critical("b"))]);
    await it.tick(hoursLater(10), [aGroup("host:airbyte", critical("a", "b"))]);
    expect(said(it).slice(6)).toEqual([
      [6, "flapping"],
      [8, "new_finding"],
    ]);
  });
});
