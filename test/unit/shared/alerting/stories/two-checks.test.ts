import { describe, expect, test } from "vitest";
import type { FindingIdentity, FindingKey } from "../../../../../functions/shared/alerting/types.ts";
import { aGroup, hoursLater } from "../a-case.ts";
import { aFunction } from "../a-function.ts";
import { said } from "./a-story.ts";

const view: FindingIdentity = { check: "view", subject: "a", severity: "critical" };
const duplicates: FindingIdentity = { check: "duplicates", subject: "a", severity: "warning" };
const monitoredKeys: readonly FindingKey[] = [view, duplicates];

/** Ticks hour by hour: what is wrong, and what was judged. */
async function live(
  hours: readonly {
    readonly wrong: readonly FindingIdentity[];
    readonly evaluatedKeys?: readonly FindingKey[];
  }[],
  keyOf: (it: FindingIdentity) => string,
) {
  const it = aFunction();
  for (const [hour, { wrong, evaluatedKeys = monitoredKeys }] of hours.entries()) {
    const groups = [...Map.groupBy(wrong, keyOf)].map(([key, findings]) => aGroup(key, findings));
    await it.tick(hoursLater(hour), groups, { evaluatedKeys, monitoredKeys });
  }
  return it;
}

const apart = ({ check }: FindingIdentity) => `${check}:a`;
const together = () => "view:a";
const both = [view, duplicates];

describe("two checks of one subject", () => {
  test("of which one is well and the other cannot be judged: only the first is over", async () => {
    const it = await live(
      [
        { wrong: both },
        { wrong: [], evaluatedKeys: [view] },
        { wrong: [], evaluatedKeys: [view] },
        { wrong: [] },
      ],
      apart,
    );
    expect(said(it)).toEqual([
      [0, "first"],
      [0, "first"],
      [1, "recovered"],
      [3, "recovered"],
    ]);
    expect(it.published.slice(2).map(({ title }) => title.split(":")[0])).toEqual(["view", "duplicates"]);
    expect(it.memory.log.filter(({ reason }) => reason === "not_evaluated")).toHaveLength(2);
  });

  test("told as one cause: neither is over while one of them cannot be judged", async () => {
    const it = await live([{ wrong: both }, { wrong: [], evaluatedKeys: [view] }, { wrong: [] }], together);
    expect(said(it)).toEqual([
      [0, "first"],
      [2, "recovered"],
    ]);
  });

  test("of which one is wrong and the other cannot be judged: the wrong one is told as what it is", async () => {
    const blind = { wrong: both, evaluatedKeys: [view] };
    const it = await live([{ wrong: [view] }, blind, blind, { wrong: [view] }, { wrong: [] }], apart);
    expect(said(it)).toEqual([
      [0, "first"],
      [1, "first"],
      [3, "recovered"],
      [4, "recovered"],
    ]);
    expect(it.memory.log.at(1)).toMatchObject({
      reason: "repeat_interval",
      findings: JSON.stringify([view]),
    });
    expect(it.memory.log.at(2)?.findings).toContain("duplicates: not evaluated");
    expect(it.published[2]?.lead).toContain("It can be checked again");
    expect(it.published[2]?.lead).toContain("Still open: a (view, critical)");
  });

  test("of which one could not be judged and turns out wrong: that is told, and the blindness is over", async () => {
    const it = await live([{ wrong: both, evaluatedKeys: [view] }, { wrong: both }], apart);
    expect(said(it)).toEqual([
      [0, "first"],
      [0, "first"],
      [1, "new_finding"],
    ]);
    expect(it.published[2]).toMatchObject({
      why: expect.stringContaining("a (duplicates) is new"),
      severity: "warning",
    });
  });

  test("of which one is ok again: said once, and which of them", async () => {
    const it = await live([{ wrong: both }, { wrong: [duplicates] }, { wrong: [duplicates] }], together);
    expect(said(it)).toEqual([
      [0, "first"],
      [1, "partly_recovered"],
    ]);
    expect(it.published[1]).toMatchObject({
      title: "a (view) is ok again; still open: view:a stopped",
      why: "a (view) is ok again; the rest is still open.",
    });
    expect(it.published[1]?.facts).toContainEqual({ label: "Ok again", value: "a (view)" });
  });

  test("of which one is looked for no more: that one is dropped, and mutes nothing of the other", async () => {
    const it = aFunction();
    const groups = both.map((one) => aGroup(apart(one), [one]));
    await it.tick(hoursLater(0), groups, { evaluatedKeys: monitoredKeys, monitoredKeys });
    await it.tick(hoursLater(1), [aGroup(apart(view), [view])], {
      evaluatedKeys: [view],
      monitoredKeys: [view],
    });
    expect(it.memory.log.at(-1)).toMatchObject({ group_key: "duplicates:a", reason: "no_longer_monitored" });
    await it.tick(hoursLater(2), [], { evaluatedKeys: [view], monitoredKeys: [view] });
    expect(it.reasons()).toEqual(["first", "first", "recovered"]);
  });
});
