import { describe, expect, test } from "vitest";
import type {
  FindingGroup,
  FindingIdentity,
  FindingKey,
} from "../../../../../functions/shared/alerting/types.ts";
import { aPolicy, critical, hoursLater, noon, warning } from "../a-case.ts";
import { aFunction } from "../a-function.ts";
import { facebook } from "./a-story.ts";

const again = (value: string) => ({ label: "Ok again", value });

/** A group whose message names what it is asked for. */
function named(findings: readonly FindingIdentity[]): FindingGroup {
  const group = facebook(...findings);
  const naming = (news: readonly FindingKey[]) =>
    news.map(({ subject }) => subject).join(", ") || "nothing new";
  return { ...group, messageOf: (news) => ({ ...group.message, title: naming(news) }) };
}

describe("at one tick something is new and something is ok again", () => {
  const [a, b] = [critical("a"), critical("b")];

  test("both are said, and the end of neither is said twice", async () => {
    const it = aFunction();
    await it.tick(noon, [facebook(...a)]);
    await it.tick(hoursLater(1), [facebook(...b)]);
    await it.tick(hoursLater(2), [facebook(...b)]);
    await it.tick(hoursLater(3), []);
    expect(it.reasons()).toEqual(["first", "new_finding", "recovered"]);
    expect(it.published[1]?.facts).toContainEqual(again("a"));
    expect(it.published[2]?.facts).toContainEqual({ label: "Subjects", value: "b" });
  });

  test("also where what is left becomes worse", async () => {
    const it = aFunction();
    await it.tick(noon, [facebook(...a, ...warning("b"))]);
    await it.tick(hoursLater(1), [facebook(...b)]);
    expect(it.reasons()).toEqual(["first", "escalated"]);
    expect(it.published[1]?.facts).toContainEqual(again("a"));
  });

  test("what nobody was told of is not said to be ok again", async () => {
    const it = aFunction();
    const silences = [{ sources: ["a"], from: noon, until: hoursLater(9), why: "Planned" }];
    const policy = { ...aPolicy, silences };
    await it.tick(noon, [facebook(...a, ...b)], { policy });
    await it.tick(hoursLater(1), [facebook(...b, ...critical("c"))], { policy });
    expect(it.reasons()).toEqual(["first", "new_finding"]);
    expect(it.published[1]?.facts.map(({ label }) => label)).not.toContain("Ok again");
  });
});

describe("a message that is worded for what is new", () => {
  const titles = ({ published }: ReturnType<typeof aFunction>) => published.map(({ title }) => title);

  test("names what people do not know, or not as that bad, and nothing else", async () => {
    const it = aFunction();
    await it.tick(noon, [named([...critical("a"), ...warning("b")])]);
    await it.tick(hoursLater(1), [named([...critical("a", "c"), ...warning("b")])]);
    await it.tick(hoursLater(2), [named(critical("a", "b", "c"))]);
    expect(titles(it)).toEqual(["a, b", "c", "b"]);
  });

  test("is asked with nothing where nothing is new", async () => {
    const it = aFunction();
    await it.tick(noon, [named(critical("a", "b"))]);
    await it.tick(hoursLater(1), [named(critical("a"))]);
    await it.tick(hoursLater(5), [named(critical("a"))]);
    expect(it.reasons()).toEqual(["first", "partly_recovered", "reminder"]);
    expect(titles(it)).toEqual(["a, b", "b is ok again; still open: nothing new", "nothing new"]);
  });

  test("names what was silenced, once the silence is over, beside what is new at the same tick", async () => {
    const it = aFunction();
    const silences = [{ sources: ["a"], from: noon, until: hoursLater(2), why: "Planned" }];
    const policy = { ...aPolicy, silences };
    await it.tick(noon, [named(critical("a", "b"))], { policy });
    await it.tick(hoursLater(1), [named(critical("a", "b", "c"))], { policy });
    await it.tick(hoursLater(2), [named(critical("a", "b", "c", "d"))], { policy });
    expect(titles(it)).toEqual(["b", "c", "a, d"]);
  });

  test("names what cannot be judged any more by the matter that would be", async () => {
    const it = aFunction();
    await it.tick(noon, [named(critical("a", "b"))]);
    const evaluatedKeys = [{ check: "freshness", subject: "b" }];
    await it.tick(hoursLater(1), [named(critical("a", "b"))], { evaluatedKeys });
    expect(titles(it)).toEqual(["a, b", "a"]);
  });
});

describe("what follows from something that another function has told", () => {
  const matter = { check: "days", subject: "a" };
  const lacks = {
    ...matter,
    severity: "critical",
    summary: "a lacks a day",
    follows: critical("a"),
  } as const;
  const group: FindingGroup = { ...named([]), findings: [lacks] };
  const scope = { functionName: "reconciliation", evaluatedKeys: [matter], monitoredKeys: [matter] };

  test("is told once that is over and it is not, and then named as new", async () => {
    const watchdog = aFunction();
    const it = aFunction(watchdog.memory);
    await watchdog.tick(noon, [facebook(...critical("a"))]);
    await it.tick(hoursLater(1), [group], scope);
    expect(it.reasons()).toEqual([]);
    await watchdog.tick(hoursLater(2), []);
    await it.tick(hoursLater(3), [group], scope);
    expect(it.published).toMatchObject([{ reason: "first", title: "a" }]);
  });
});
