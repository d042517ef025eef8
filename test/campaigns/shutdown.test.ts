import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { worldStart } from "../../infra/local/clock.ts";
import { aKiller, allUp } from "../support/a-killer.ts";
import { mayPass, type SmallStack, startSmallStack } from "../support/a-small-stack.ts";
import { days, hours } from "../support/a-source.ts";
import { listen } from "../support/listen.ts";

/**
 * The platform says SIGTERM and waits ten seconds. Said at every place on a function's way: before a server has
 * what it sends, and after the server has done it, before the process hears of that.
 */
describe.each(["sync-watchdog", "notifier"] as const)(
  "a %s that is told to end in the middle of a run",
  (name) => {
    let stack: SmallStack;
    const stopper = aKiller(name, () => stack, "SIGTERM");
    beforeAll(async () => {
      stack = await startSmallStack({
        sources: [{ id: "a", connector: "x" }],
        processes: 2,
        gates: { [name]: stopper.gate },
      });
    });
    afterAll(() => stack.close());

    let day = 0;
    async function run(place: string | null) {
      day += 1;
      const midnight = worldStart.getTime() + days(day);
      await stack.forget();
      await stack.arrive("a", new Date(midnight));
      const heard = listen(stack);

      stopper.begin();
      if (place !== null) stopper.killAt(place);
      const at = new Date(midnight + hours(3));
      const { status, body } = await stack.wake(at);
      // Cut off by nobody: it has its answer, or is told to try again.
      expect([200, 503], `${place}: ${body}`).toContain(status);
      if (mayPass(status)) await stack.tick(at);
      await stack.settle();
      // Were the place never reached, this would be waited for in vain, and the test fail.
      if (place !== null) await stopper.killed;
      const path = [...stopper.path];
      const exits = new Set(stack.processes(name).flatMap((it) => it.lastExit() ?? []));
      await allUp(stack, name);
      const { slack, mail } = heard();
      const row = { place, status, slack: slack.length, mail: mail.length, exits: [...exits].join() };
      return { path, row };
    }

    test("finishes or is tried again: nothing is lost and nothing comes twice", async () => {
      const { path, row } = await run(null);
      expect(row).toMatchObject({ status: 200, slack: 1, mail: 1, exits: "" });
      expect(path.length).toBeGreaterThan(12);
      const rows = [];
      for (const place of path) rows.push((await run(place)).row);
      console.table(rows);
      expect(rows.filter(({ slack, mail }) => slack !== 1 || mail !== 1)).toEqual([]);
      expect(new Set(rows.map(({ exits }) => exits))).toEqual(new Set(["exit code 0"]));
      expect(stack.deadLettered()).toBe(0);
    }, 300_000);
  },
);
