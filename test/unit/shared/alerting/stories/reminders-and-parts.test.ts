import { describe, expect, test } from "vitest";
import type { Outage } from "../../../../../functions/shared/alerting/types.ts";
import { aGroup, aPolicy, critical, hoursLater, noon } from "../a-case.ts";
import { aFunction } from "../a-function.ts";

import { facebook, hour, live, said } from "./a-story.ts";

describe("reminders that back off", () => {
  test("come after 4 h, 12 h, 24 h, and every 24 h; what is new begins anew", async () => {
    const it = aFunction();
    const policy = { ...aPolicy, repeatAfterMs: [4 * hour, 12 * hour, 24 * hour] };
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
    expect(it.published[1]?.facts).toContainEqual({ label: "Ok again", value: "a" });
    expect(it.published[1]?.subjects).toEqual(["a", "b"]);
    expect(it.published[1]?.title).toBe("a is ok again; still open: connector:facebook stopped");
    expect(it.published[2]?.facts).toContainEqual({ label: "Subjects", value: "b" });
  });

  test("that breaks again is news again", async () => {
    const it = aFunction();
    const [a, b] = [critical("a"), critical("b")];
    await live(it, [[...a, ...b], b, [...a, ...b]]);
    expect(it.reasons()).toEqual(["first", "partly_recovered", "new_finding"]);
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
    await it.tick(noon, [aGroup("x", critical("a"), "2026-02-02T12:00:00Z")], { outageImpact: bill });
    await it.tick(hoursLater(1), [], { outageImpact: bill });
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
    await it.tick(noon, [facebook(...critical("a", "b"))], { outageImpact: bill });
    await it.tick(hoursLater(1), [facebook(...critical("b"))], { outageImpact: bill });
    await it.tick(hoursLater(2), [], { outageImpact: bill });
    expect(asked).toEqual([["a"], ["b"]]);
    expect(it.published.map(({ lead }) => lead)).toEqual([
      "Nothing arrived.",
      "Nothing arrived. Was not visible: $120K.",
      "Everything is ok again at 8 Feb 2026 14:00 UTC. It lasted 2 h. Was not visible: $120K.",
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

  test("pages of others stand before the function's own, and stay where those cannot be had", async () => {
    const page = { label: "Airbyte connection", url: "https://airbyte.example/facebook" };
    const why = { label: "Why this alert", url: "https://x.example/why" };
    const group = facebook(...critical("a"));
    const groups = [{ ...group, message: { ...group.message, links: [page] } }];
    const it = aFunction();
    await it.tick(noon, groups, { links: async () => [why] });
    await it.tick(hoursLater(4), groups, { links: () => Promise.reject(new Error("away")) });
    expect(it.published.map(({ links }) => links)).toEqual([[page, why], [page]]);
  });

  test("what cannot be had keeps no notice back", async () => {
    const it = aFunction();
    const refuses = () => Promise.reject(new Error("away"));
    await it.tick(noon, [facebook(...critical("a"))], { links: refuses });
    await it.tick(hoursLater(1), [], { outageImpact: refuses });
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
