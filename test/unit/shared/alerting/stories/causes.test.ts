import { describe, expect, test } from "vitest";
import type { FindingIdentity } from "../../../../../functions/shared/alerting/types.ts";
import { aGroup, aPolicy, critical, freshness, hoursLater, noon, warning } from "../a-case.ts";
import { aFunction } from "../a-function.ts";

import { facebook, hour, said } from "./a-story.ts";

describe("cause before symptom", () => {
  const days = [{ check: "continuity", subject: "a" }];
  const reconciliation = { functionName: "reconciliation", evaluatedKeys: days, monitoredKeys: days };
  /** A day is missing, as another function finds it. */
  const missingDay = () => {
    const group = aGroup("missing:a", [{ check: "continuity", subject: "a", severity: "critical" }]);
    const follows = [{ check: "freshness", subject: "a" }];
    return { ...group, findings: group.findings.map((it) => ({ ...it, follows })) };
  };

  test("what follows from what another function has told is not told, until that is over and it is not", async () => {
    const it = aFunction();
    const symptom = (at: number) => it.tick(hoursLater(at), [missingDay()], reconciliation);
    await it.tick(noon, [facebook(...critical("a"))]);
    await symptom(1);
    await symptom(20);
    await it.tick(hoursLater(21), []);
    await symptom(22);
    await symptom(23);
    expect(it.published.map(({ from, reason }) => [from, reason])).toEqual([
      ["sync-watchdog", "first"],
      ["sync-watchdog", "recovered"],
      ["reconciliation", "first"],
    ]);
    expect(it.memory.log[1]).toMatchObject({
      reason: "inhibited",
      why: "a: follows from another incident: connector:facebook stopped.",
    });
  });

  test("what follows may stay wrong for its grace once its cause is over, and is told after it", async () => {
    const it = aFunction();
    const mart = aGroup("connector:dbt", critical("b"));
    const follows = [{ check: "freshness", subject: "a" }];
    const late = { ...mart, findings: mart.findings.map((one) => ({ ...one, follows, graceMs: 3 * hour })) };
    await it.tick(noon, [facebook(...critical("a")), late]);
    for (let at = 1; at < 6; at += 1) await it.tick(hoursLater(at), [late]);
    expect(said(it)).toEqual([
      [0, "first"],
      [1, "recovered"],
      [4, "first"],
    ]);
    expect(it.memory.log.find(({ reason, at }) => reason === "inhibited" && at !== noon)).toMatchObject({
      why: "b: follows from another incident: connector:facebook stopped, over since 8 Feb 2026 13:00 UTC.",
    });
  });

  test("what was fine until its cause had mended, and stops within its grace, is its consequence as well", async () => {
    const it = aFunction();
    const mart = aGroup("connector:dbt", critical("b"));
    const follows = [{ check: "freshness", subject: "a" }];
    const late = { ...mart, findings: mart.findings.map((one) => ({ ...one, follows, graceMs: 3 * hour })) };
    await it.tick(noon, [facebook(...critical("a"))]);
    await it.tick(hoursLater(1), []);
    await it.tick(hoursLater(2), [late]);
    await it.tick(hoursLater(3), []);
    expect(it.reasons()).toEqual(["first", "recovered"]);
  });

  test.each([
    ["a cause that was told as less bad explains nothing worse", warning("a"), 2],
    ["a cause that was as bad does", critical("a"), 4],
  ] as const)("%s, not for a while either", async (_, cause, firstAt) => {
    const it = aFunction();
    const group = aGroup("connector:dbt", critical("b"));
    const follows = [{ check: "freshness", subject: "a" }];
    const late = {
      ...group,
      findings: group.findings.map((one) => ({ ...one, follows, graceMs: 3 * hour })),
    };
    await it.tick(noon, [facebook(...cause)]);
    await it.tick(hoursLater(1), []);
    for (let at = 2; at < 6; at += 1) await it.tick(hoursLater(at), [late]);
    expect(said(it).slice(2)).toEqual([[firstAt, "first"]]);
  });

  test("what had begun long before what would explain it is told", async () => {
    const it = aFunction();
    const cause = facebook(...critical("a"));
    const since = (group: typeof cause, days: number, parts = {}) => ({
      ...group,
      findings: group.findings.map((one) => ({
        ...one,
        since: hoursLater(-24 * days).toISOString(),
        ...parts,
      })),
    });
    const mart = (days: number) =>
      since(aGroup(`mart:${days}`, critical(`m${days}`)), days, {
        follows: [{ check: "freshness", subject: "a" }],
        graceMs: 24 * hour,
      });
    const monitoredKeys = freshness("a", "m3.5", "m10");
    await it.tick(noon, [since(cause, 3), mart(3.5), mart(10)], {
      evaluatedKeys: monitoredKeys,
      monitoredKeys,
    });
    expect(it.published.flatMap(({ subjects }) => subjects).sort()).toEqual(["a", "m10"]);
  });

  test("a cause that comes and goes explains nothing that is wrong all the time", async () => {
    const it = aFunction();
    const group = aGroup("connector:dbt", critical("b"));
    const follows = [{ check: "freshness", subject: "a" }];
    const late = {
      ...group,
      findings: group.findings.map((one) => ({ ...one, follows, graceMs: 24 * hour })),
    };
    for (let at = 0; at < 30; at += 1)
      await it.tick(
        hoursLater(at),
        at % 10 === 3 ? [late, facebook(...critical("a"))] : at === 0 ? [] : [late],
      );
    expect(it.published.find(({ subjects }) => subjects.includes("b"))?.at).toBe(hoursLater(1).toISOString());

    const other = aFunction();
    for (let at = 0; at < 30; at += 1)
      await other.tick(hoursLater(at), at % 10 === 0 ? [late, facebook(...critical("a"))] : [late]);
    const notified = other.published.find(({ subjects }) => subjects.includes("b"))?.at;
    expect(notified).toBe(hoursLater(11).toISOString());
  });

  test("what follows and is over with its cause was never told, and neither is its end", async () => {
    const it = aFunction();
    await it.tick(noon, [facebook(...critical("a"))]);
    await it.tick(hoursLater(1), [missingDay()], reconciliation);
    await it.tick(hoursLater(2), []);
    await it.tick(hoursLater(3), [], reconciliation);
    expect(it.reasons()).toEqual(["first", "recovered"]);
    expect(it.memory.log.at(-1)).toMatchObject({ reason: "never_notified" });
  });
});

describe("what moves from one cause to another", () => {
  test("and is over there, and breaks again, is told again", async () => {
    const it = aFunction();
    const x = aGroup("connector:x", critical("b"));
    const y = (...findings: FindingIdentity[]) => aGroup("connector:y", findings);
    await it.tick(noon, [aGroup("host:h", critical("a", "b"))]);
    await it.tick(hoursLater(1), [x, y(...critical("a"))]);
    await it.tick(hoursLater(2), [x]);
    await it.tick(hoursLater(3), [x, y(...warning("a"))]);
    await it.tick(hoursLater(3.5), [x, y(...critical("a"))]);
    expect(said(it)).toEqual([
      [0, "first"],
      [2, "recovered"],
      [3, "first"],
      [3.5, "escalated"],
    ]);
  });
});

describe("what cannot be judged for a while", () => {
  const seen = (...subjects: string[]) => ({ evaluatedKeys: freshness(...subjects) });

  test("and was about to be told when a run ended is told when it is seen again", async () => {
    const it = aFunction();
    it.topicAway(true);
    await expect(it.tick(noon, [facebook(...critical("d"))])).rejects.toThrow("away");
    it.topicAway(false);
    await it.tick(hoursLater(1), [facebook(...critical("a"))], seen("a"));
    await it.tick(hoursLater(2), [facebook(...critical("a", "d"))]);
    expect(it.published.map(({ reason }) => reason)).toEqual(["first", "new_finding"]);
  });

  test("and got worse under a silence is told to have when both are over", async () => {
    const it = aFunction();
    const policy = { ...aPolicy, silences: [{ sources: ["d"], from: noon, until: hoursLater(3), why: "x" }] };
    await it.tick(hoursLater(-1), [facebook(...warning("d"))], { policy });
    await it.tick(hoursLater(1), [facebook(...critical("d"))], { policy });
    await it.tick(hoursLater(2), [facebook(...critical("a"))], { policy, ...seen("a") });
    await it.tick(hoursLater(4), [facebook(...critical("a", "d"))], { policy });
    expect(it.reasons()).toEqual(["first", "new_finding", "escalated"]);
  });
});
