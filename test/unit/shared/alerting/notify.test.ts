import { describe, expect, test } from "vitest";
import type { FindingIdentity, Notice } from "../../../../functions/shared/alerting/types.ts";
import { TemporaryError } from "../../../../functions/shared/errors.ts";
import { aGroup, critical, freshness, hoursLater, noon, warning } from "./a-case.ts";
import { aFunction, everything } from "./a-function.ts";
import type { Memory } from "./memory.ts";

const facebook = (...findings: FindingIdentity[]) =>
  aGroup("connector:facebook", findings, "2026-02-02T12:00:00Z");

describe("telling people over time", () => {
  test("from the first finding to the recovery: told once, held, reminded every four hours, called over once", async () => {
    const { tick, reasons, published, memory } = aFunction();
    for (let hour = 0; hour < 10; hour += 1) await tick(hoursLater(hour), [facebook(...critical("a", "b"))]);
    for (let hour = 10; hour < 16; hour += 1) await tick(hoursLater(hour), []);

    expect(reasons()).toEqual(["first", "reminder", "reminder", "recovered"]);
    expect(published.map(({ at }) => at)).toEqual(
      [0, 4, 8, 10].map((hour) => hoursLater(hour).toISOString()),
    );
    expect(new Set(published.map(({ incident }) => incident)).size).toBe(1);
    // Eleven ticks with something to decide, and a row for each, silences too.
    expect(memory.log.map(({ reason }) => reason)).toEqual([
      "first",
      "repeat_interval",
      "repeat_interval",
      "repeat_interval",
      "reminder",
      "repeat_interval",
      "repeat_interval",
      "repeat_interval",
      "reminder",
      "repeat_interval",
      "recovered",
    ]);
  });

  test("a quiet tick costs one query and writes nothing", async () => {
    const { tick, memory, published } = aFunction();
    await tick(noon, []);
    expect(memory.calls).toEqual(["alerting/read-incidents"]);
    expect(published).toEqual([]);
  });

  test("a tick that only holds changes no state", async () => {
    const { tick, memory } = aFunction();
    await tick(noon, [facebook(...critical("a"))]);
    const before = structuredClone([...memory.state.values()]);
    await tick(hoursLater(1), [facebook(...critical("a"))]);
    expect([...memory.state.values()]).toEqual(before);
  });

  test("a warning that becomes critical within the four hours is told at once", async () => {
    const { tick, reasons, published } = aFunction();
    await tick(noon, [facebook(...warning("a"))]);
    await tick(hoursLater(1), [facebook(...critical("a"))]);
    await tick(hoursLater(2), [facebook(...critical("a"))]);
    expect(reasons()).toEqual(["first", "escalated"]);
    expect(published.map(({ severity }) => severity)).toEqual(["warning", "critical"]);
  });

  test("the recovery says how long it lasted, since it began and not since it was seen, and how bad it was", async () => {
    const { tick, published } = aFunction();
    await tick(noon, [facebook(...critical("a"))]);
    await tick(hoursLater(1), [facebook(...warning("a"))]);
    await tick(hoursLater(2), []);
    expect(published.at(-1)).toMatchObject({
      kind: "recovery",
      severity: "critical",
      title: "connector:facebook stopped: ended after 6.1 days",
      lead: "Everything is ok again at 8 Feb 2026 14:00 UTC. It lasted 6.1 days.",
      facts: [
        { label: "Began", value: "2 Feb 2026 12:00 UTC" },
        { label: "Ok again", value: "8 Feb 2026 14:00 UTC" },
        { label: "Lasted", value: "6.1 days" },
        { label: "Subjects", value: "a" },
      ],
    });
  });

  test("a recovery of what has no known beginning counts from when it was first seen, and says so", async () => {
    const { tick, published } = aFunction();
    await tick(noon, [aGroup("x", critical("a"))]);
    await tick(hoursLater(5), []);
    expect(published.at(-1)?.facts).toContainEqual(
      expect.objectContaining({ label: "First seen", value: "8 Feb 2026 12:00 UTC" }),
    );
    expect(published.at(-1)?.lead).toContain("It lasted 5 h");
  });

  test("what cannot be judged is not over; when it can be judged again and is well, it is", async () => {
    const { tick, reasons } = aFunction();
    await tick(noon, [facebook(...critical("a", "b"))]);
    await tick(hoursLater(1), [], { evaluatedKeys: freshness("a") });
    expect(reasons()).toEqual(["first"]);
    await tick(hoursLater(2), []);
    expect(reasons()).toEqual(["first", "recovered"]);
  });

  test("what is taken out of the warehouse file is dropped without a word, and does not mute the rest", async () => {
    const { tick, reasons, published, memory } = aFunction();
    const without = (...gone: string[]) => {
      const rest = freshness(...everything.filter((it) => !gone.includes(it)));
      return { evaluatedKeys: rest, monitoredKeys: rest };
    };
    await tick(noon, [facebook(...critical("a", "b")), aGroup("connector:tiktok", critical("c"))]);
    await tick(hoursLater(1), [facebook(...critical("b"))], without("a", "c"));
    expect(memory.log.at(-1)).toMatchObject({ group_key: "connector:tiktok", reason: "no_longer_monitored" });
    await tick(hoursLater(2), [], without("a", "c"));
    expect(reasons()).toEqual(["first", "first", "recovered"]);
    expect(published.at(-1)?.facts).toContainEqual({ label: "Subjects", value: "b" });
    expect(published.at(-1)?.facts).toContainEqual({ label: "No longer monitored", value: "a" });
    expect([...memory.state.values()].map(({ closed_as }) => closed_as)).toEqual([
      "recovered",
      "no_longer_monitored",
    ]);
  });

  test("a subject that is dropped while another recovers is not called well", async () => {
    const { tick, published } = aFunction();
    await tick(noon, [facebook(...critical("a", "b"))]);
    await tick(hoursLater(1), [], { evaluatedKeys: freshness("b"), monitoredKeys: freshness("b") });
    expect(published.at(-1)).toMatchObject({ reason: "recovered" });
    expect(published.at(-1)?.facts).toContainEqual({ label: "Subjects", value: "b" });
    expect(published.at(-1)?.facts).toContainEqual({ label: "No longer monitored", value: "a" });
  });

  test("a group that inherits the key of another swallows no recovery", async () => {
    const { tick, published } = aFunction();
    await tick(noon, [aGroup("streams:fb", critical("a")), aGroup("streams:fb/b", critical("b"))]);
    await tick(hoursLater(1), [aGroup("streams:fb", critical("b"))]);
    await tick(hoursLater(2), [aGroup("streams:fb", critical("b"))]);
    await tick(hoursLater(3), []);
    expect(published.map(({ reason, title }) => [reason, title])).toEqual([
      ["first", "streams:fb stopped"],
      ["first", "streams:fb/b stopped"],
      ["recovered", expect.stringMatching(/^streams:fb stopped: ended after/)],
      ["recovered", expect.stringMatching(/^streams:fb stopped: ended after/)],
    ]);
    const about = published.slice(2).map(({ facts }) => facts.find(({ label }) => label === "Subjects"));
    expect(about.map((fact) => fact?.value)).toEqual(["a", "b"]);
  });

  test("what can be checked again is called that, and not well while it is still stale", async () => {
    const { tick, published } = aFunction();
    const blind = { evaluatedKeys: freshness("b", "c", "d") };
    await tick(noon, [facebook(...critical("a"))]);
    await tick(hoursLater(1), [aGroup("no_permission:x", critical("a"))], blind);
    await tick(hoursLater(2), [facebook(...critical("a"))]);
    expect(published.map(({ reason }) => reason)).toEqual(["first", "first", "recovered"]);
    expect(published.at(-1)).toMatchObject({
      title: expect.stringMatching(/^no_permission:x stopped: ended after/),
      lead: "It can be checked again at 8 Feb 2026 14:00 UTC. It lasted 1 h. Still open: a (freshness, critical).",
      why: "All its checks are available again; a is still not ok for another reason.",
    });
    await tick(hoursLater(3), []);
    expect(published.at(-1)?.lead).toContain("Everything is ok again");
  });

  test("what can be checked again and is well says no more than it knows", async () => {
    const { tick, published } = aFunction();
    await tick(noon, [aGroup("no_permission:x", critical("a"))], { evaluatedKeys: freshness("b") });
    await tick(hoursLater(1), []);
    expect(published.at(-1)).toMatchObject({
      lead: "It can be checked again at 8 Feb 2026 13:00 UTC. It lasted 1 h.",
      why: "All its checks are available again.",
    });
  });

  test("what comes back after its recovery is a new incident and is told", async () => {
    const { tick, reasons, published } = aFunction();
    await tick(noon, [facebook(...critical("a"))]);
    await tick(hoursLater(1), []);
    await tick(hoursLater(2), [facebook(...critical("a"))]);
    expect(reasons()).toEqual(["first", "recovered", "first"]);
    expect(new Set(published.map(({ incident }) => incident)).size).toBe(2);
  });

  test("two connectors that turn out to be one host: silence, and one recovery at the end", async () => {
    const { tick, published, memory } = aFunction();
    await tick(noon, [
      aGroup("connector:shopify", critical("a", "b")),
      aGroup("connector:tiktok", critical("c")),
    ]);
    await tick(hoursLater(1), [aGroup("host:airbyte", critical("a", "b", "c"))]);
    await tick(hoursLater(2), [aGroup("host:airbyte", critical("a", "b", "c"))]);
    await tick(hoursLater(3), []);
    expect(published.map(({ reason, title }) => [reason, title])).toEqual([
      ["first", "connector:shopify stopped"],
      ["first", "connector:tiktok stopped"],
      ["recovered", expect.stringMatching(/^host:airbyte stopped: ended after/)],
    ]);
    expect([...memory.state.values()].map(({ closed_as }) => closed_as)).toEqual(["recovered", "moved"]);
  });

  test("a host that turns out to be two connectors: silence, and a recovery for each", async () => {
    const { tick, reasons } = aFunction();
    const shopify = aGroup("connector:shopify", critical("a", "b"));
    const tiktok = aGroup("connector:tiktok", critical("c"));
    await tick(noon, [aGroup("host:airbyte", critical("a", "b", "c"))]);
    await tick(hoursLater(1), [shopify, tiktok]);
    await tick(hoursLater(2), [shopify]);
    await tick(hoursLater(3), []);
    expect(reasons()).toEqual(["first", "recovered", "recovered"]);
  });

  test("functions do not touch each other's incidents", async () => {
    const { tick, reasons } = aFunction();
    await tick(noon, [facebook(...critical("a"))]);
    await tick(hoursLater(1), [], { functionName: "dedup-views" });
    expect(reasons()).toEqual(["first"]);
  });
});

/** The steps after publishing. */
const steps = ["alerting/log-decisions", "alerting/save-incidents"];

describe("when things go wrong", () => {
  test.each([...steps, "alerting/open-incidents", "alerting/announce-notices"])(
    "a crash at %s loses nothing, and the retry of the tick says nothing twice",
    async (statement) => {
      const { tick, memory, published, distinct } = aFunction();
      memory.crashAt(statement);
      await expect(tick(noon, [facebook(...critical("a"))])).rejects.toThrow("crashed");
      await tick(noon, [facebook(...critical("a"))]);
      await tick(hoursLater(1), [facebook(...critical("a"))]);
      expect(distinct()).toBe(1);
      expect(published[0]?.reason).toBe("first");
    },
  );

  test.each(steps)(
    "a crash at %s and a next tick instead of a retry: still one notice id",
    async (statement) => {
      const { tick, memory, distinct } = aFunction();
      memory.crashAt(statement);
      await expect(tick(noon, [facebook(...critical("a"))])).rejects.toThrow("crashed");
      await tick(hoursLater(1), [facebook(...critical("a"))]);
      await tick(hoursLater(2), [facebook(...critical("a"))]);
      expect(distinct()).toBe(1);
    },
  );

  test.each(steps)(
    "a crash at %s after people were told, and then well: they are told that it is over",
    async (step) => {
      const { tick, memory, reasons } = aFunction();
      memory.crashAt(step);
      await expect(tick(noon, [facebook(...critical("a"))])).rejects.toThrow("crashed");
      await tick(hoursLater(1), []);
      await tick(hoursLater(2), []);
      expect(reasons()).toEqual(["first", "recovered"]);
    },
  );

  test.each(steps)(
    "a crash at %s, and then worse: that is an escalation, not another beginning",
    async (step) => {
      const { tick, memory, reasons, published } = aFunction();
      memory.crashAt(step);
      await expect(tick(noon, [facebook(...warning("a"))])).rejects.toThrow("crashed");
      await tick(hoursLater(1), [facebook(...critical("a"))]);
      await tick(hoursLater(2), [facebook(...critical("a"))]);
      expect(reasons()).toEqual(["first", "escalated"]);
      expect(published.at(-1)?.why).toContain("by a run that did not finish");
    },
  );

  test.each(steps)("a crash at %s of the run that called it over: over once, under one id", async (step) => {
    const { tick, memory, reasons, distinct } = aFunction();
    await tick(noon, [facebook(...critical("a"))]);
    memory.crashAt(step);
    await expect(tick(hoursLater(1), [])).rejects.toThrow("crashed");
    await tick(hoursLater(2), []);
    await tick(hoursLater(3), []);
    expect(reasons()).toEqual(["first", "recovered", "recovered"]);
    expect(distinct()).toBe(2);
  });

  test("a crash of the run that called it over, and then stale again: that is told", async () => {
    const { tick, memory, reasons } = aFunction();
    await tick(noon, [facebook(...critical("a"))]);
    memory.crashAt("alerting/save-incidents");
    await expect(tick(hoursLater(1), [])).rejects.toThrow("crashed");
    await tick(hoursLater(2), [facebook(...critical("a"))]);
    await tick(hoursLater(3), []);
    expect(reasons()).toEqual(["first", "recovered", "first", "recovered"]);
  });

  test("a crash before anybody was told, and then the cause turns out to be another one: it is told there", async () => {
    const { tick, memory, published } = aFunction();
    await tick(noon, [aGroup("host:airbyte", critical("b", "c"))]);
    const publish = () => Promise.reject(new Error("the process ended"));
    await expect(
      tick(hoursLater(1), [aGroup("host:airbyte", critical("b", "c")), facebook(...critical("a"))], {
        publish,
      }),
    ).rejects.toThrow("the process ended");
    await tick(hoursLater(2), [aGroup("host:airbyte", critical("a", "b", "c"))]);
    expect(published.map(({ reason }) => reason)).toEqual(["first", "new_finding"]);
    expect(memory.log.at(-1)).toMatchObject({ reason: "moved" });
  });

  test("a silence after a crash settles nothing: it is told again, under its id, when it can be seen", async () => {
    const { tick, memory, published, distinct } = aFunction();
    memory.crashAt("alerting/log-decisions");
    await expect(tick(noon, [facebook(...critical("a", "b"))])).rejects.toThrow("crashed");
    // Writes that a is well, and that b is not judged.
    await tick(hoursLater(1), [], { evaluatedKeys: freshness("a") });
    expect([...memory.state.values()]).toMatchObject([
      { findings: JSON.stringify(critical("b")), notified_findings: "[]", notified_at: null },
    ]);
    await tick(hoursLater(2), [facebook(...critical("b"))]);
    await tick(hoursLater(3), [facebook(...critical("b"))]);
    expect(published.map(({ reason }) => reason)).toEqual(["first", "first"]);
    expect(distinct()).toBe(1);
  });

  test("a run that finds others before it, again and again, tells nothing and says that it should be tried again", async () => {
    const { tick, memory, published } = aFunction();
    const others: Memory = {
      ...memory,
      execute: (statement, inputs) =>
        statement === "alerting/announce-notices"
          ? Promise.resolve({ affectedRows: 0 })
          : memory.execute(statement, inputs),
    };
    await expect(tick(noon, [facebook(...critical("a"))], { warehouse: others })).rejects.toMatchObject({
      retry: true,
      message: expect.stringContaining("this run has published nothing"),
    });
    expect(published).toEqual([]);
    await tick(noon, [facebook(...critical("a"))]);
    expect(published.map(({ reason }) => reason)).toEqual(["first"]);
  });

  test("two runs of one tick at once make one notice id and one incident", async () => {
    const { tick, memory, distinct } = aFunction();
    const groups = [facebook(...critical("a")), aGroup("connector:tiktok", critical("c"))];
    await Promise.all([tick(noon, groups), tick(noon, groups), tick(noon, groups)]);
    expect(distinct()).toBe(2);
    expect(memory.state.size).toBe(2);
  });

  test("two runs of different ticks at once, both of which open the cause, make one notice id as well", async () => {
    const { tick, distinct, published, memory } = aFunction();
    const groups = [facebook(...critical("a"))];
    await Promise.all([tick(noon, groups), tick(hoursLater(1), groups)]);
    expect(memory.state.size).toBe(2);
    expect(distinct()).toBe(1);
    await tick(hoursLater(2), groups);
    await tick(hoursLater(3), []);
    expect(new Set(published.map(({ incident }) => incident)).size).toBe(1);
    expect(distinct()).toBe(2);
    expect([...memory.state.values()].every(({ closed_at }) => closed_at !== null)).toBe(true);
  });

  test("two runs at once that found different things: the later decides on what the earlier has told", async () => {
    const { tick, reasons } = aFunction();
    await Promise.all([
      tick(noon, [facebook(...warning("a"))]),
      tick(hoursLater(1), [facebook(...critical("a"))]),
    ]);
    expect(reasons()).toEqual(["first", "escalated"]);
  });

  test("when the topic is away the run fails, nothing is taken for told, and the next tick tells it", async () => {
    const { tick, topicAway, reasons, memory } = aFunction();
    topicAway(true);
    await expect(tick(noon, [facebook(...critical("a"))])).rejects.toThrow(
      "1 of 1 notices could not be published: the topic is away",
    );
    expect(memory.log[0]).toMatchObject({ reason: "first", failure: "the topic is away" });
    topicAway(false);
    await tick(hoursLater(1), [facebook(...critical("a"))]);
    expect(reasons()).toEqual(["first"]);
  });

  test("one notice that cannot be published does not keep the other back", async () => {
    const { tick, published } = aFunction();
    const groups = [facebook(...critical("a")), aGroup("connector:tiktok", critical("c"))];
    const publish = async (notice: Notice) => {
      if (notice.title.includes("facebook")) throw new TemporaryError("too large");
      published.push(notice);
    };
    await expect(tick(noon, groups, { publish })).rejects.toBeInstanceOf(TemporaryError);
    expect(published.map(({ title }) => title)).toEqual(["connector:tiktok stopped"]);
    await tick(hoursLater(1), groups);
    expect(published.map(({ title }) => title)).toEqual([
      "connector:tiktok stopped",
      "connector:facebook stopped",
    ]);
  });

  test("a tick that comes late, after its successor, says nothing and changes nothing", async () => {
    const { tick, reasons, memory } = aFunction();
    await tick(hoursLater(1), [facebook(...critical("a"))]);
    await tick(hoursLater(2), []);
    const before = structuredClone([...memory.state.values()]);
    const notified = await tick(hoursLater(0), [facebook(...critical("a"))]);
    expect(notified.map(({ decision }) => decision.reason)).toEqual(["stale_tick"]);
    expect(reasons()).toEqual(["first", "recovered"]);
    expect([...memory.state.values()]).toEqual(before);
  });

  test("a tick that comes late, after a successor that had nothing to change, says nothing", async () => {
    const { tick, reasons, memory } = aFunction();
    await tick(hoursLater(2), []);
    memory.leaveRun("sync-watchdog", hoursLater(2));
    await tick(hoursLater(1), [facebook(...critical("a"))]);
    expect(reasons()).toEqual([]);
    expect(memory.state.size).toBe(0);

    await tick(hoursLater(3), [facebook(...critical("a"))]);
    await tick(hoursLater(5), [facebook(...critical("a"))]);
    memory.leaveRun("sync-watchdog", hoursLater(5));
    await tick(hoursLater(4), []);
    await tick(hoursLater(6), []);
    expect(reasons()).toEqual(["first", "recovered"]);
  });

  test("the same tick again after it succeeded says nothing", async () => {
    const { tick, reasons } = aFunction();
    await tick(noon, [facebook(...critical("a"))]);
    await tick(noon, [facebook(...critical("a"))]);
    expect(reasons()).toEqual(["first"]);
  });

  test.each([
    ["a history that is none", { history: "{" }],
    ["a severity nobody knows", { severity: "info" }],
    [
      "a reason of another version",
      { pending_notice: JSON.stringify({ notice: "x", reason: "later", findings: [], at: noon }) },
    ],
  ])("a row with %s silences nobody", async (_, damage) => {
    const { tick, memory, published } = aFunction();
    await tick(noon, [facebook(...critical("a"))]);
    for (const [id, row] of memory.state) memory.state.set(id, { ...row, ...damage });
    await tick(hoursLater(1), [facebook(...critical("a", "b"))]);
    expect(published.at(-1)).toMatchObject({ reason: "first", subjects: ["a", "b"] });
  });

  test("groups that would end as a message about nothing, or a lost one, are refused", async () => {
    const { tick } = aFunction();
    await expect(tick(noon, [aGroup("x", [])])).rejects.toThrow("finding group x has no finding");
    await expect(tick(noon, [aGroup("x", critical("a")), aGroup("x", critical("b"))])).rejects.toThrow(
      "two finding groups have the key x",
    );
  });
});
