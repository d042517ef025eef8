import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { worldStart } from "../../../infra/local/clock.ts";
import { aBarrier } from "../../support/a-barrier.ts";
import { mayPass, type SmallStack, startSmallStack } from "../../support/a-small-stack.ts";
import { hours } from "../../support/a-source.ts";
import { type Heard, listen } from "../../support/listen.ts";

/** Left alone, one of two may be done before the other begins. Here both have decided before either says so. */
const announcing = aBarrier("alerting/announce-notices");
const claiming = aBarrier("notifier/claim-deliveries");

let stack: SmallStack;
beforeAll(async () => {
  stack = await startSmallStack({
    sources: [{ id: "a", connector: "x" }],
    processes: 2,
    gates: { "sync-watchdog": announcing.gate, notifier: claiming.gate },
    // Rounds of break and mend would be told as flapping.
    tell: ["flapping: { more_than: 1000, within: 24h }"],
  });
});
afterAll(() => stack.close());

let now = worldStart.getTime();
function later(ms: number): Date {
  now += ms;
  return new Date(now);
}

/** As Cloud Scheduler would: again while it says that it may be tried again. */
async function wakePatiently(at: Date, process: number): Promise<number[]> {
  const statuses: number[] = [];
  for (;;) {
    const { status, body } = await stack.wake(at, process);
    statuses.push(status);
    if (!mayPass(status)) return statuses;
    expect(status, body).toBe(503);
    if (statuses.length > 6) return statuses;
    await sleep(50 * statuses.length);
  }
}

/** What is told while something is done. */
async function heardOf(work: () => Promise<unknown>): Promise<Heard> {
  const heard = listen(stack);
  await work();
  await stack.settle();
  return heard();
}

const once = (what: string) => ({ slack: [what], mail: [what] });
const nothing = { slack: [], mail: [] };
const rounds = 20;

describe("two watchdogs", () => {
  test(`woken for the same tick at once tell each change once, ${rounds} rounds`, async () => {
    const statuses: number[] = [];
    const both = (at: Date) => async () => {
      statuses.push(...(await Promise.all([wakePatiently(at, 0), wakePatiently(at, 1)])).flat());
    };
    for (let round = 1; round <= rounds; round++) {
      announcing.up = round % 2 === 0;
      expect(await heardOf(both(later(hours(3)))), `round ${round}: breaks`).toEqual(once("problem"));
      expect(await heardOf(both(later(hours(1)))), `round ${round}: holds`).toEqual(nothing);
      await stack.arrive("a", later(hours(1)));
      expect(await heardOf(both(new Date(now))), `round ${round}: mends`).toEqual(once("over"));
    }
    console.log(
      `met ${announcing.meetings} times; ${statuses.length} calls, ${statuses.filter((it) => it === 503).length} of them to be tried again`,
    );
    expect(statuses.filter((it) => it === 200)).toHaveLength(rounds * 3 * 2);
    expect(announcing.meetings).toBeGreaterThan(0);
  }, 120_000);

  test(`woken for two ticks at once tell each change once, ${rounds} rounds`, async () => {
    const both = (earlier: Date, at: Date) => async () => {
      await Promise.all([wakePatiently(earlier, 0), wakePatiently(at, 1)]);
    };
    const met = announcing.meetings;
    for (let round = 1; round <= rounds; round++) {
      announcing.up = round % 2 === 0;
      expect(await heardOf(both(later(hours(3)), later(hours(1)))), `round ${round}: breaks`).toEqual(
        once("problem"),
      );
      await stack.arrive("a", later(hours(1)));
      expect(await heardOf(both(new Date(now), later(hours(1)))), `round ${round}: mends`).toEqual(
        once("over"),
      );
    }
    console.log(`met ${announcing.meetings - met} times`);
    expect(announcing.meetings).toBeGreaterThan(met);
  }, 120_000);
});

describe("two notifiers", () => {
  beforeAll(() => {
    announcing.up = false;
  });

  test(`handed the same notice at once send it once, ${rounds} rounds`, async () => {
    for (let round = 1; round <= rounds; round++) {
      claiming.up = round % 2 === 0;
      const push = {
        message: {
          data: Buffer.from(JSON.stringify(aNotice(round))).toString("base64"),
          messageId: `by-hand-${round}`,
          publishTime: worldStart.toISOString(),
        },
        subscription: "projects/shop/subscriptions/by-hand",
      };
      const heard = await heardOf(async () => {
        const statuses = await Promise.all([0, 1].map((nth) => handPatiently(push, nth)));
        expect(statuses, `round ${round}`).toEqual([200, 200]);
      });
      expect(heard, `round ${round}`).toEqual(once("problem"));
    }
    console.log(`met ${claiming.meetings} times`);
    expect(claiming.meetings).toBeGreaterThan(0);
  }, 120_000);
});

/** As Pub/Sub would: again until it is taken. */
async function handPatiently(push: object, nth: number): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const { status } = await fetch(`${stack.url}/notifier.${nth}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(push),
    });
    if (status === 200 || tries > 30) return status;
    expect(status).toBe(503);
    await sleep(50);
  }
}

function aNotice(round: number) {
  return {
    id: `two-at-once-${round}`,
    incident: `two-at-once-${round}`,
    kind: "problem",
    reason: "first",
    severity: "critical",
    subjects: ["a"],
    owners: ["data"],
    from: "sync-watchdog",
    at: worldStart.toISOString(),
    title: "a is late",
    lead: "Nothing came for 3 h.",
    facts: [],
    actions: [],
    details: [],
    why: "This is the first alert for it.",
    links: [],
  };
}
