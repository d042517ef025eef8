import { describe, expect, test } from "vitest";
import type { LineOfTheDay } from "../../../../functions/shared/alerting/all-quiet.ts";
import type { FindingIdentity, Outage } from "../../../../functions/shared/alerting/types.ts";
import { aGroup, aPolicy, critical, hoursLater, noon, warning } from "./a-case.ts";
import { aFunction } from "./a-function.ts";

const facebook = (...findings: FindingIdentity[]) => aGroup("connector:facebook", findings);
const hour = 3_600_000;

/** Ticks hour by hour; at each, what is found. */
async function live(it: ReturnType<typeof aFunction>, story: readonly FindingIdentity[][], from = 0) {
  for (const [n, findings] of story.entries()) {
    await it.tick(hoursLater(from + n), findings.length === 0 ? [] : [facebook(...findings)]);
  }
}

const said = ({ published }: ReturnType<typeof aFunction>) =>
  published.map(({ at, reason }) => [(Date.parse(at) - noon.getTime()) / hour, reason]);

describe("reminders that back off", () => {
  test("come after 4 h, 12 h, 24 h, and every 24 h; what is new begins anew", async () => {
    const it = aFunction();
    const policy = { ...aPolicy, remindAfterMs: [4 * hour, 12 * hour, 24 * hour] };
    for (let at = 0; at < 70; at += 1)
      await it.tick(hoursLater(at), [facebook(...critical("a"))], { policy });
    for (let at = 70; at < 80; at += 1)
      await it.tick(hoursLater(at), [facebook(...critical("a", "b"))], { policy });
    expect(said(it)).toEqual([
      [0, "first"],
      [4, "reminder"],
      [16, "reminder"],
      [40, "reminder"],
      [64, "reminder"],
      [70, "new_finding"],
      [74, "reminder"],
    ]);
  });

  test("are short: what, since when, what to do, and not all the details again", async () => {
    const it = aFunction();
    const group = facebook(...critical("a"));
    const wordy = {
      ...group,
      message: { ...group.message, details: [{ kind: "paragraph", text: "x" } as const] },
    };
    await it.tick(noon, [wordy]);
    await it.tick(hoursLater(4), [wordy]);
    expect(it.published.map(({ reason, details }) => [reason, details.length])).toEqual([
      ["first", 1],
      ["reminder", 0],
    ]);
  });
});

describe("a part that recovers", () => {
  test("is told once, and so is the rest when it does", async () => {
    const it = aFunction();
    const [a, b] = [critical("a"), critical("b")];
    await live(it, [[...a, ...b], [...a, ...b], b, b, [], []]);
    expect(said(it)).toEqual([
      [0, "first"],
      [2, "partly_recovered"],
      [4, "recovered"],
    ]);
    expect(it.published[1]?.facts).toContainEqual({ label: "Well again", value: "a" });
    expect(it.published[1]?.subjects).toEqual(["a", "b"]);
    expect(it.published[1]?.title).toBe("a is well again; not over: connector:facebook stopped");
    expect(it.published[2]?.facts).toContainEqual({ label: "It was about", value: "b" });
  });

  test("that breaks again is news again", async () => {
    const it = aFunction();
    const [a, b] = [critical("a"), critical("b")];
    await live(it, [[...a, ...b], b, [...a, ...b]]);
    expect(it.reasons()).toEqual(["first", "partly_recovered", "new_finding"]);
  });
});

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
      lead: "Nothing more is said of it before it has held still. Now: Nothing arrived.",
    });
    expect(it.published[6]?.why).toMatch(/^a is flapping: broke 4 times within 24 h/);
    expect(it.published[6]?.facts.find(({ label }) => label === "Flapping")?.value).toMatch(/12:00.*18:00/);
    expect(it.published.at(-1)?.lead).toBe(
      "All is well again at 9 Feb 2026 01:00 UTC; it has held still since. It lasted 7 h.",
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
    expect(it.published[7]?.why).toContain("not flapping any more, but wrong");
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
      "The acknowledgement of 8 Feb 2026 12:00 UTC ran out at 8 Feb 2026 22:00 UTC, and it is not over.",
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
      "It was silenced until 8 Feb 2026 18:00 UTC (Airbyte moves), and is not over.",
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

describe("cause before symptom", () => {
  /** A day is missing, as another function finds it. */
  const missingDay = () => {
    const group = aGroup("missing:a", [{ check: "continuity", subject: "a", severity: "critical" }]);
    const follows = [{ check: "freshness", subject: "a" }];
    return { ...group, findings: group.findings.map((it) => ({ ...it, follows })) };
  };

  test("what follows from what another function has told is not told, until that is over and it is not", async () => {
    const it = aFunction();
    const symptom = (at: number) => it.tick(hoursLater(at), [missingDay()], { from: "reconciliation" });
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
      reason: "consequence",
      why: "a: follows from what is known: connector:facebook stopped.",
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
    expect(it.memory.log.find(({ reason, at }) => reason === "consequence" && at !== noon)).toMatchObject({
      why: "b: follows from what is known: connector:facebook stopped, over since 8 Feb 2026 13:00 UTC.",
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
    const watched = new Set(["a", "m3.5", "m10"]);
    await it.tick(noon, [since(cause, 3), mart(3.5), mart(10)], { judged: watched, watched });
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
    const told = other.published.find(({ subjects }) => subjects.includes("b"))?.at;
    expect(told).toBe(hoursLater(11).toISOString());
  });

  test("what follows and is over with its cause was never told, and neither is its end", async () => {
    const it = aFunction();
    await it.tick(noon, [facebook(...critical("a"))]);
    await it.tick(hoursLater(1), [missingDay()], { from: "reconciliation" });
    await it.tick(hoursLater(2), []);
    await it.tick(hoursLater(3), [], { from: "reconciliation" });
    expect(it.reasons()).toEqual(["first", "recovered"]);
    expect(it.memory.log.at(-1)).toMatchObject({ reason: "never_told" });
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
  const seen = (...subjects: string[]) => ({ judged: new Set(subjects) });

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

describe("a bad day", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      aGroup(`source:s${n}`, n < 3 ? critical(`s${n}`) : warning(`s${n}`)),
    );
  const all = (count: number) => new Set(Array.from({ length: count }, (_, n) => `s${n}`));
  const scope = (count: number) => ({ judged: all(count), watched: all(count) });

  test("up to six at once are told one by one", async () => {
    const it = aFunction();
    await it.tick(noon, many(6), scope(6));
    expect(it.published).toHaveLength(6);
  });

  test("of more, the worst are told one by one, and the rest in one message that lists them", async () => {
    const it = aFunction();
    await it.tick(noon, many(500).reverse(), scope(500));
    expect(it.published).toHaveLength(6);
    expect(
      it.published
        .filter(({ severity }) => severity === "critical")
        .flatMap(({ subjects }) => subjects)
        .sort(),
    ).toEqual(["s0", "s1", "s2"]);
    const joint = it.published.find(({ title }) => title === "495 more incidents at once");
    expect(joint?.subjects).toHaveLength(495);
    expect(joint?.details).toMatchObject([
      { kind: "table", rows: expect.objectContaining({ length: 100 }) },
      { kind: "paragraph", text: expect.stringMatching(/^And 395 more: source:s\d+ stopped; .*\.$/) },
    ]);
    // Each has its own story all the same.
    expect(it.memory.state.size).toBe(500);
    await it.tick(hoursLater(1), many(500), scope(500));
    expect(it.published).toHaveLength(6);
  });

  test("their recoveries are told in the same way", async () => {
    const it = aFunction();
    await it.tick(noon, many(500), scope(500));
    await it.tick(hoursLater(1), [], scope(500));
    expect(it.published.filter(({ kind }) => kind === "recovery")).toHaveLength(6);
    expect(it.published.some(({ title }) => title === "495 incidents are over at once")).toBe(true);
  });

  test.each(["alerting/log-decisions", "alerting/save-incidents"])(
    "a crash at %s makes the joint message again under its id, with all that it listed",
    async (statement) => {
      const it = aFunction();
      it.memory.crashAt(statement);
      await expect(it.tick(noon, many(40), scope(40))).rejects.toThrow("crashed");
      await it.tick(hoursLater(1), many(40), scope(40));
      expect(it.published).toHaveLength(12);
      expect(it.distinct()).toBe(6);
      const joint = it.published.filter(({ title }) => title === "35 more incidents at once");
      expect(joint).toHaveLength(2);
      expect(joint[0]?.subjects.toSorted()).toEqual(joint[1]?.subjects.toSorted());
    },
  );
});

describe("the line of the day", () => {
  const line: LineOfTheDay = {
    at: "08:00",
    timeZone: "Europe/Berlin",
    message: { title: "All quiet", lead: "15 sources looked at.", facts: [], actions: [], details: [] },
  };
  const ticks = async (
    it: ReturnType<typeof aFunction>,
    from: number,
    to: number,
    groups = [] as ReturnType<typeof facebook>[],
  ) => {
    for (let at = from; at < to; at += 1) await it.tick(hoursLater(at), groups, { lineOfTheDay: line });
  };

  test("is told once a day, at the first tick at its hour or after, in its time zone", async () => {
    const it = aFunction();
    await ticks(it, 0, 60);
    // 12:00 UTC is 13:00 in Berlin: too late for the first day.
    expect(said(it)).toEqual([
      [19, "all_quiet"],
      [43, "all_quiet"],
    ]);
    expect(it.published[0]).toMatchObject({
      kind: "report",
      severity: "info",
      lead: "15 sources looked at.",
    });
  });

  test("comes up to three hours late, and not at all for a day on which nobody watched then", async () => {
    const it = aFunction();
    await ticks(it, 0, 10);
    await ticks(it, 22, 40);
    await ticks(it, 47, 60);
    await ticks(it, 68, 80);
    expect(said(it).map(([at]) => at)).toEqual([22, 68]);
  });

  test("due just before midnight comes just after it", async () => {
    const it = aFunction();
    const late = { ...line, at: "23:30", timeZone: "UTC" };
    for (let at = 0; at < 40; at += 1) await it.tick(hoursLater(at), [], { lineOfTheDay: late });
    expect(said(it).map(([at]) => at)).toEqual([12, 36]);
  });

  test("says what is not over, beside the alerts and not instead of them", async () => {
    const it = aFunction();
    await ticks(it, 19, 21, [facebook(...critical("a"))]);
    expect(it.reasons().sort()).toEqual(["all_quiet", "first"]);
    const quiet = it.published.find(({ reason }) => reason === "all_quiet");
    expect(quiet?.title).toBe("Not quiet: 1 not over");
    expect(quiet?.facts).toEqual([{ label: "Not over", value: "connector:facebook stopped" }]);
  });

  test("is told once where two runs come at once, and where a run dies on it", async () => {
    const it = aFunction();
    const tick = (at: number) => it.tick(hoursLater(at), [], { lineOfTheDay: line });
    await Promise.all([tick(19), tick(19), tick(20)]);
    expect(it.distinct()).toBe(1);
    it.memory.crashAt("alerting/save-incidents");
    await expect(tick(43)).rejects.toThrow("crashed");
    await tick(44);
    await tick(45);
    expect(it.distinct()).toBe(2);
    expect([...it.memory.state.values()].every(({ closed_as }) => closed_as === "all_quiet")).toBe(true);
  });

  test("of a day that was over before it could be told is dropped", async () => {
    const it = aFunction();
    it.memory.crashAt("alerting/announce-notices");
    const tick = (at: number) => it.tick(hoursLater(at), [], { lineOfTheDay: line });
    await expect(tick(19)).rejects.toThrow("crashed");
    await tick(38);
    await tick(43);
    expect(said(it)).toEqual([[43, "all_quiet"]]);
    expect([...it.memory.state.values()].map(({ closed_as }) => closed_as)).toEqual([
      "never_told",
      "all_quiet",
    ]);
  });

  test("is not told where nobody wants it", async () => {
    const it = aFunction();
    await it.tick(noon, [], { lineOfTheDay: { ...line, at: null } });
    await it.tick(hoursLater(1), []);
    expect(it.published).toEqual([]);
  });
});

describe("the line of a day on which something flaps", () => {
  test("does not call it quiet while that is well for the moment", async () => {
    const it = aFunction();
    const flaps = [facebook(...critical("a"))];
    const at = {
      at: "20:00",
      timeZone: "UTC",
      message: { title: "All quiet", lead: "", facts: [], actions: [], details: [] },
    };
    for (let hour = 0; hour < 9; hour += 1)
      await it.tick(hoursLater(hour), hour % 2 === 0 && hour < 8 ? flaps : [], { lineOfTheDay: at });
    expect(it.published.at(-1)).toMatchObject({ reason: "all_quiet", title: "Not quiet: 1 not over" });
  });
});

describe("what a notice is completed with", () => {
  test("a recovery has its bill: asked for once, over the time it lasted", async () => {
    const it = aFunction();
    const asked: Outage[] = [];
    const bill = async (outage: Outage) => {
      asked.push(outage);
      return [{ label: "Was not visible", value: "$120K" }];
    };
    await it.tick(noon, [aGroup("x", critical("a"), "2026-02-02T12:00:00Z")], { bill });
    await it.tick(hoursLater(1), [], { bill });
    expect(asked).toEqual([
      { subjects: ["a"], began: new Date("2026-02-02T12:00:00Z"), over: hoursLater(1) },
    ]);
    expect(it.published[1]?.facts.at(-1)).toEqual({ label: "Was not visible", value: "$120K" });
  });

  test("what recovers first has its bill then, and what a bill says stands in the second line", async () => {
    const it = aFunction();
    const asked: (readonly string[])[] = [];
    const bill = async ({ subjects }: Outage) => {
      asked.push(subjects);
      return [{ label: "Was not visible", value: "$120K" }];
    };
    await it.tick(noon, [facebook(...critical("a", "b"))], { bill });
    await it.tick(hoursLater(1), [facebook(...critical("b"))], { bill });
    await it.tick(hoursLater(2), [], { bill });
    expect(asked).toEqual([["a"], ["b"]]);
    expect(it.published.map(({ lead }) => lead)).toEqual([
      "Nothing arrived.",
      "Nothing arrived. Was not visible: $120K.",
      "All is well again at 8 Feb 2026 14:00 UTC. It lasted 2 h. Was not visible: $120K.",
    ]);
  });

  test("a problem has its links, a recovery none", async () => {
    const it = aFunction();
    const links = async (incident: string) => [
      { label: "Why?", url: `https://x.example/why?incident=${incident}` },
    ];
    await it.tick(noon, [facebook(...critical("a"))], { links });
    await it.tick(hoursLater(1), [], { links });
    expect(it.published.map((notice) => notice.links.map(({ url }) => url))).toEqual([
      [`https://x.example/why?incident=${it.published[0]?.incident}`],
      [],
    ]);
  });

  test("what cannot be had keeps no notice back", async () => {
    const it = aFunction();
    const refuses = () => Promise.reject(new Error("away"));
    await it.tick(noon, [facebook(...critical("a"))], { links: refuses });
    await it.tick(hoursLater(1), [], { bill: refuses });
    expect(it.reasons()).toEqual(["first", "recovered"]);
  });

  test("a notice names its owners, and the recovery everybody who was named", async () => {
    const it = aFunction();
    const owners = ["data", "growth", "nobody"];
    await it.tick(noon, [{ ...facebook(...critical("a")), owners: ["growth"] }], { owners });
    await it.tick(hoursLater(1), [{ ...facebook(...critical("a", "b")), owners: ["data"] }], { owners });
    await it.tick(hoursLater(2), [], { owners });
    expect(JSON.stringify([...it.memory.state.values()])).not.toMatch(/growth|data/);
    expect(it.published.map(({ owners }) => owners)).toEqual([
      ["growth"],
      ["data", "growth"],
      ["data", "growth"],
    ]);
  });
});
