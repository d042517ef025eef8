import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { worldStart } from "../../infra/local/clock.ts";
import { type SmallStack, startSmallStack } from "../support/a-small-stack.ts";
import { hours } from "../support/a-source.ts";

/** Slack takes one message a second and a handful at once; its sink refuses more, as Slack does. */
const many = 500;
const at = (hour: number) => new Date(worldStart.getTime() + hours(hour));

describe.each([
  {
    what: `${many} sources of ${many} connectors`,
    most: 6,
    connectorOf: (n: number) => `c${n}`,
    /** Enough of each to know it by. */
    nameOf: (n: number) => `Connector c${n} stopped`,
  },
  {
    what: `${many} sources of one connector`,
    most: 1,
    connectorOf: () => "c",
    nameOf: (n: number) => `\ns${n} `,
  },
])("$what", ({ most, connectorOf, nameOf }) => {
  const sources = Array.from({ length: many }, (_, n) => ({ id: `s${n}`, connector: connectorOf(n) }));
  let stack: SmallStack;
  beforeAll(async () => {
    stack = await startSmallStack({ sources, slackBurst: 4 });
  }, 60_000);
  afterAll(() => stack.close());

  test(`that break at one tick are told in ${most === 1 ? "one message" : `${most} messages at most`}, all of it in one of them`, async () => {
    expect(await stack.tick(at(3))).toBe(200);
    expect(stack.slack.length).toBeGreaterThan(0);
    expect(stack.slack.length).toBeLessThanOrEqual(most);
    expect(stack.mails).toHaveLength(stack.slack.length);
    expect(untold()).toEqual([]);
    expect(stack.deadLettered()).toBe(0);
  }, 60_000);

  test("are not told again an hour later", async () => {
    const before = stack.slack.length;
    expect(await stack.tick(at(4))).toBe(200);
    expect(stack.slack).toHaveLength(before);
  }, 60_000);

  test("that get worse at one tick are told again, as few times", async () => {
    const before = stack.slack.length;
    expect(await stack.tick(at(6))).toBe(200);
    expect(stack.slack.length - before).toBeGreaterThan(0);
    expect(stack.slack.length - before).toBeLessThanOrEqual(most);
  }, 60_000);

  test("that are ok again are told to be, as few times", async () => {
    const before = stack.slack.length;
    for (const { id } of sources) await stack.arrive(id, at(7));
    expect(await stack.tick(at(7))).toBe(200);
    expect(stack.slack.length - before).toBeGreaterThan(0);
    expect(stack.slack.length - before).toBeLessThanOrEqual(most);
    expect(stack.mails).toHaveLength(stack.slack.length);
  }, 60_000);

  /** What no mail tells: mails carry everything, Slack as much as a message holds. */
  function untold(): string[] {
    const texts = stack.mails.map(({ text }) => text).join("\n");
    // A paragraph is broken into lines wherever that falls.
    const unbroken = texts.replace(/\s+/g, " ");
    return sources
      .map((_, n) => nameOf(n))
      .filter((name) => !texts.includes(name) && !unbroken.includes(name));
  }
});
