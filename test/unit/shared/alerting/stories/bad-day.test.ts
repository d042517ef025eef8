import { describe, expect, test } from "vitest";
import { aGroup, critical, freshness, hoursLater, noon, warning } from "../a-case.ts";
import { aFunction } from "../a-function.ts";

describe("a bad day", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      aGroup(`source:s${n}`, n < 3 ? critical(`s${n}`) : warning(`s${n}`)),
    );
  const all = (count: number) => freshness(...Array.from({ length: count }, (_, n) => `s${n}`));
  const scope = (count: number) => ({ evaluatedKeys: all(count), monitoredKeys: all(count) });

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
    expect(it.published.some(({ title }) => title === "495 incidents have ended at once")).toBe(true);
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
