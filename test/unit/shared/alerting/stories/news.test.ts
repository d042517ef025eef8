import { describe, expect, test } from "vitest";
import type { News, Notice } from "../../../../../functions/shared/alerting/types.ts";
import { aPolicy, critical, hoursLater, noon } from "../a-case.ts";
import { aFunction } from "../a-function.ts";
import { facebook, hour, said } from "./a-story.ts";

function aPiece(key: string, at: Date = noon): News {
  return {
    key,
    at,
    subjects: ["a"],
    owners: ["growth"],
    message: { title: `${key} changed`, lead: "It has a new column.", facts: [], actions: [], details: [] },
  };
}

const columns = aPiece("columns");

/** Ticks hour by hour, each offering what has happened by then and within two days. */
async function offer(it: ReturnType<typeof aFunction>, news: readonly News[], from: number, to: number) {
  for (let at = from; at < to; at += 1) {
    const now = hoursLater(at);
    const age = (one: News) => now.getTime() - one.at.getTime();
    await it.tick(now, [], { news: news.filter((one) => age(one) >= 0 && age(one) < 48 * hour) });
  }
}

const steps = ["open-incidents", "announce-notices", "log-decisions", "save-incidents"].map(
  (step) => `alerting/${step}`,
);

describe("news", () => {
  test("is told once, at the first tick that offers it, and is no problem", async () => {
    const it = aFunction();
    await offer(it, [columns, aPiece("key", hoursLater(3))], 0, 60);
    expect(said(it)).toEqual([
      [0, "news"],
      [3, "news"],
    ]);
    expect(it.published[0]).toMatchObject({
      kind: "report",
      severity: "info",
      title: "columns changed",
      lead: "It has a new column.",
      subjects: ["a"],
      owners: ["growth"],
      why: "News of 8 Feb 2026 12:00 UTC: there is no problem; this is sent once.",
    });
    expect([...it.memory.state.values()].map(({ closed_as }) => closed_as)).toEqual(["news", "news"]);
    expect(it.memory.log.map(({ reason, subjects }) => [reason, subjects])).toEqual([
      ["news", ["a"]],
      ["news", ["a"]],
    ]);
  });

  test("that was told is never told again, however long ago that was, and costs one query then", async () => {
    const it = aFunction();
    await it.tick(noon, [], { news: [columns] });
    it.memory.calls.length = 0;
    await it.tick(hoursLater(24 * 400), [], { news: [columns] });
    expect(it.published).toHaveLength(1);
    expect(it.memory.calls).toEqual(["alerting/read-incidents"]);
  });

  test("of another function with the same key is another piece of news", async () => {
    const it = aFunction();
    await it.tick(noon, [], { news: [columns] });
    await it.tick(noon, [], { news: [columns], functionName: "dedup-views" });
    expect(it.distinct()).toBe(2);
  });

  test("is told once where runs come at once", async () => {
    const it = aFunction();
    const tick = (at: number) => it.tick(hoursLater(at), [], { news: [columns] });
    await Promise.all([tick(0), tick(0), tick(1)]);
    await tick(2);
    expect(it.distinct()).toBe(1);
    expect(it.memory.state.size).toBe(1);
  });

  test.each(steps)("is told once where a run dies at %s, and the tick is tried again", async (step) => {
    const it = aFunction();
    it.memory.crashAt(step);
    await expect(it.tick(noon, [], { news: [columns] })).rejects.toThrow("crashed");
    await it.tick(noon, [], { news: [columns] });
    await offer(it, [columns], 1, 40);
    expect(it.distinct()).toBe(1);
    expect([...it.memory.state.values()]).toMatchObject([{ closed_as: "news" }]);
  });

  test.each(steps)("is told once where a run dies at %s, and the next tick comes instead", async (step) => {
    const it = aFunction();
    it.memory.crashAt(step);
    await expect(it.tick(noon, [], { news: [columns] })).rejects.toThrow("crashed");
    await offer(it, [columns], 1, 40);
    expect(it.distinct()).toBe(1);
    expect(it.published.at(-1)?.at).toBe(hoursLater(1).toISOString());
  });

  test("that could not be published is told by the next tick, and what is wrong is told all the same", async () => {
    const it = aFunction();
    it.topicAway(true);
    await expect(it.tick(noon, [], { news: [columns] })).rejects.toThrow("1 of 1 notices could not be");
    it.topicAway(false);
    await it.tick(hoursLater(1), [facebook(...critical("a"))], { news: [columns] });
    await it.tick(hoursLater(2), [facebook(...critical("a"))], { news: [columns] });
    expect(it.reasons().sort()).toEqual(["first", "news"]);
  });

  test("that is not offered for a while is told, once, when it is offered again", async () => {
    const it = aFunction();
    it.memory.crashAt("alerting/log-decisions");
    await expect(it.tick(noon, [], { news: [columns] })).rejects.toThrow("crashed");
    await offer(it, [], 1, 4);
    expect(it.memory.log).toMatchObject([{ reason: "never_notified", notified: false }]);
    it.memory.crashAt("alerting/save-incidents");
    await expect(it.tick(hoursLater(4), [], { news: [columns] })).rejects.toThrow("crashed");
    await offer(it, [columns], 5, 40);
    expect(it.distinct()).toBe(1);
    expect([...it.memory.state.values()]).toMatchObject([{ closed_as: "news", notified_at: hoursLater(5) }]);
    expect(it.memory.calls.filter((call) => call === "alerting/open-incidents")).toHaveLength(1);
  });

  test("where what was told is lost is told under the same id, which is delivered once", async () => {
    const it = aFunction();
    await it.tick(noon, [], { news: [columns] });
    it.memory.state.clear();
    await it.tick(hoursLater(1), [], { news: [columns] });
    expect(it.published).toHaveLength(2);
    expect(it.distinct()).toBe(1);
  });

  test("is told by no tick that comes late", async () => {
    const it = aFunction();
    it.memory.leaveRun("sync-watchdog", hoursLater(1));
    await it.tick(noon, [], { news: [columns] });
    expect(it.published).toEqual([]);
    await it.tick(hoursLater(2), [], { news: [columns] });
    expect(said(it)).toEqual([[2, "news"]]);
  });

  test("is told under a silence: that is for what is wrong", async () => {
    const it = aFunction();
    const silences = [{ sources: ["a"], from: noon, until: hoursLater(6), why: "Airbyte moves" }];
    const policy = { ...aPolicy, silences };
    await it.tick(hoursLater(1), [facebook(...critical("a"))], { policy, news: [columns] });
    expect(said(it)).toEqual([[1, "news"]]);
  });

  test("has no links and no bill, and is not among what is not over", async () => {
    const it = aFunction();
    const asked: string[] = [];
    const links = async (incident: string) => {
      asked.push(incident);
      return [];
    };
    const lineOfTheDay = {
      at: "12:00",
      timeZone: "UTC",
      message: { ...columns.message, title: "Heartbeat: no open incident" },
    };
    await it.tick(noon, [], { news: [columns], links, heartbeat: lineOfTheDay });
    expect(asked).toEqual([]);
    expect(it.published.map(({ title }) => title).sort()).toEqual([
      "Heartbeat: no open incident",
      "columns changed",
    ]);
    it.topicAway(true);
    const more = aPiece("key");
    await expect(it.tick(hoursLater(24), [], { news: [more], heartbeat: lineOfTheDay })).rejects.toThrow(
      "2 of 2",
    );
    it.topicAway(false);
    await it.tick(hoursLater(25), [], { news: [more], heartbeat: lineOfTheDay });
    expect(it.published.slice(2).map(({ title }) => title)).toEqual([
      "key changed",
      "Heartbeat: no open incident",
    ]);
  });

  test("changes nothing about a story that goes on: no reminder, no recovery of it", async () => {
    const [with_, without] = [aFunction(), aFunction()];
    for (let at = 0; at < 12; at += 1) {
      const groups = at < 9 ? [facebook(...critical("a"))] : [];
      await with_.tick(hoursLater(at), groups, { news: [columns] });
      await without.tick(hoursLater(at), groups);
    }
    expect(said(with_).filter(([, reason]) => reason !== "news")).toEqual(said(without));
  });

  test("of which a row cannot be read silences nobody, and is not told again", async () => {
    const it = aFunction();
    await it.tick(noon, [], { news: [columns] });
    for (const [id, row] of it.memory.state) it.memory.state.set(id, { ...row, history: "{" });
    await it.tick(hoursLater(1), [facebook(...critical("a"))], { news: [columns, aPiece("key")] });
    expect(it.reasons().sort()).toEqual(["first", "news", "news"]);
    expect(it.distinct()).toBe(3);
  });

  test("with one key twice is refused, and so is a problem that has the key of news", async () => {
    const it = aFunction();
    await expect(it.tick(noon, [], { news: [columns, columns] })).rejects.toThrow(
      "two pieces of news have the key columns",
    );
    const group = { ...facebook(...critical("a")), key: "news/columns" };
    await expect(it.tick(noon, [group])).rejects.toThrow(
      "finding group news/columns has the key of a report",
    );
  });
});

describe("much news at one tick", () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => aPiece(`view ${n}`));

  /** Told by themselves, or listed. */
  const titlesIn = (notices: readonly Notice[]) =>
    notices.flatMap(({ title, details: [table] }) =>
      table?.kind === "table" ? table.rows.map(([first]) => String(first)) : [title],
    );

  test("up to six are told one by one", async () => {
    const it = aFunction();
    await it.tick(noon, [], { news: many(6) });
    expect(it.published).toHaveLength(6);
  });

  test("of more, five are told one by one and the rest in one message that lists it, once", async () => {
    const it = aFunction();
    await it.tick(noon, [], { news: many(500) });
    await it.tick(hoursLater(1), [], { news: many(500) });
    expect(it.published).toHaveLength(6);
    const joint = it.published.find(({ title }) => title === "495 more pieces of news at once");
    expect(joint).toMatchObject({ kind: "report", reason: "news", severity: "info", actions: [] });
    expect(joint?.facts).toEqual([
      { label: "Among them", value: "view 5 changed; view 6 changed; view 7 changed; and 492 more" },
      { label: "Owners", value: "growth" },
    ]);
    expect(joint?.details[0]).toMatchObject({
      columns: [{ label: "News" }, { label: "Source" }, { label: "What" }],
      rows: expect.arrayContaining([["view 5 changed", "a", "It has a new column."]]),
    });
  });

  test("is not joined with what is wrong", async () => {
    const it = aFunction();
    await it.tick(noon, [facebook(...critical("a"))], { news: many(6) });
    expect(it.published).toHaveLength(7);
  });

  test("that was to be told together and is offered in parts is told, all of it", async () => {
    const it = aFunction();
    it.topicAway(true);
    await expect(it.tick(noon, [], { news: many(40) })).rejects.toThrow("could not be published");
    it.topicAway(false);
    await it.tick(hoursLater(1), [], { news: many(20) });
    await it.tick(hoursLater(2), [], { news: many(40) });
    const delivered = it.published.filter(
      ({ id }, at) => it.published.findIndex((one) => one.id === id) === at,
    );
    expect(titlesIn(delivered).sort()).toEqual(
      many(40)
        .map(({ message }) => message.title)
        .sort(),
    );
  });

  test.each(steps)("a crash at %s makes the joint message under one id", async (step) => {
    const it = aFunction();
    it.memory.crashAt(step);
    await expect(it.tick(noon, [], { news: many(40) })).rejects.toThrow("crashed");
    await it.tick(hoursLater(1), [], { news: [...many(40), aPiece("later")] });
    const joint = it.published.filter(({ title }) => title.includes("at once"));
    expect(new Set(joint.map(({ id }) => id)).size).toBe(1);
    expect(new Set(titlesIn(it.published))).toEqual(
      new Set([...many(40), aPiece("later")].map(({ message }) => message.title)),
    );
  });
});

describe("news that its function words together", () => {
  const rows = aPiece("rows");
  const parts = (...news: News[]) => ({
    news,
    newsTogether: (some: readonly News[]) => ({
      ...columns.message,
      title: some.map(({ key }) => key).join(" and "),
    }),
  });

  test("is one message of what is told now, each piece once", async () => {
    const it = aFunction();
    await it.tick(noon, [], parts(columns, rows));
    await it.tick(hoursLater(1), [], parts(columns, rows, aPiece("key"), aPiece("order")));
    expect(it.published.map(({ title, kind, severity }) => [title, kind, severity])).toEqual([
      ["columns and rows", "report", "info"],
      ["key and order", "report", "info"],
    ]);
  });

  test("is told as it is where it is alone", async () => {
    const it = aFunction();
    await it.tick(noon, [], parts(columns));
    expect(it.published.map(({ title }) => title)).toEqual(["columns changed"]);
  });

  test.each(steps)(
    "is told once, each piece, where a run dies at %s and more has changed at the next try",
    async (step) => {
      const it = aFunction();
      it.memory.crashAt(step);
      await expect(it.tick(noon, [], parts(columns, rows))).rejects.toThrow();
      await it.tick(noon, [], parts(columns, rows, aPiece("key")));
      await it.tick(hoursLater(1), [], parts(columns, rows, aPiece("key")));
      const notified = new Map(it.published.map(({ id, title }) => [id, title]));
      expect(
        [...notified.values()].flatMap((title) => title.replace(" changed", "").split(" and ")).sort(),
      ).toEqual(["columns", "key", "rows"]);
    },
  );
});
