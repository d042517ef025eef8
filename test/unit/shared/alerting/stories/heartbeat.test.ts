import { describe, expect, test } from "vitest";
import type { Heartbeat } from "../../../../../functions/shared/alerting/news/heartbeat.ts";
import { critical, hoursLater, noon } from "../a-case.ts";
import { aFunction } from "../a-function.ts";

import { facebook, said } from "./a-story.ts";

describe("the line of the day", () => {
  const line: Heartbeat = {
    at: "08:00",
    timeZone: "Europe/Berlin",
    message: {
      title: "Heartbeat: no open incident",
      lead: "15 sources looked at.",
      facts: [],
      actions: [],
      details: [],
    },
  };
  const ticks = async (
    it: ReturnType<typeof aFunction>,
    from: number,
    to: number,
    groups = [] as ReturnType<typeof facebook>[],
  ) => {
    for (let at = from; at < to; at += 1) await it.tick(hoursLater(at), groups, { heartbeat: line });
  };

  test("is told once a day, at the first tick at its hour or after, in its time zone", async () => {
    const it = aFunction();
    await ticks(it, 0, 60);
    // 12:00 UTC is 13:00 in Berlin: too late for the first day.
    expect(said(it)).toEqual([
      [19, "heartbeat"],
      [43, "heartbeat"],
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
    for (let at = 0; at < 40; at += 1) await it.tick(hoursLater(at), [], { heartbeat: late });
    expect(said(it).map(([at]) => at)).toEqual([12, 36]);
  });

  test("says what is not over, beside the alerts and not instead of them", async () => {
    const it = aFunction();
    await ticks(it, 19, 21, [facebook(...critical("a"))]);
    expect(it.reasons().sort()).toEqual(["first", "heartbeat"]);
    const quiet = it.published.find(({ reason }) => reason === "heartbeat");
    expect(quiet?.title).toBe("Heartbeat: 1 open incident");
    expect(quiet?.facts).toEqual([{ label: "Open", value: "connector:facebook stopped" }]);
  });

  test("is told once where two runs come at once, and where a run dies on it", async () => {
    const it = aFunction();
    const tick = (at: number) => it.tick(hoursLater(at), [], { heartbeat: line });
    await Promise.all([tick(19), tick(19), tick(20)]);
    expect(it.distinct()).toBe(1);
    it.memory.crashAt("alerting/save-incidents");
    await expect(tick(43)).rejects.toThrow("crashed");
    await tick(44);
    await tick(45);
    expect(it.distinct()).toBe(2);
    expect([...it.memory.state.values()].every(({ closed_as }) => closed_as === "heartbeat")).toBe(true);
  });

  test("of a day that was over before it could be told is dropped", async () => {
    const it = aFunction();
    it.memory.crashAt("alerting/announce-notices");
    const tick = (at: number) => it.tick(hoursLater(at), [], { heartbeat: line });
    await expect(tick(19)).rejects.toThrow("crashed");
    await tick(38);
    await tick(43);
    expect(said(it)).toEqual([[43, "heartbeat"]]);
    expect([...it.memory.state.values()].map(({ closed_as }) => closed_as)).toEqual([
      "never_notified",
      "heartbeat",
    ]);
  });

  test("is not told where nobody wants it", async () => {
    const it = aFunction();
    await it.tick(noon, [], { heartbeat: { ...line, at: null } });
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
      message: { title: "Heartbeat: no open incident", lead: "", facts: [], actions: [], details: [] },
    };
    for (let hour = 0; hour < 9; hour += 1)
      await it.tick(hoursLater(hour), hour % 2 === 0 && hour < 8 ? flaps : [], { heartbeat: at });
    expect(it.published.at(-1)).toMatchObject({ reason: "heartbeat", title: "Heartbeat: 1 open incident" });
  });
});
