import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { worldStart } from "../../infra/local/clock.ts";
import { aKiller } from "../support/a-killer.ts";
import { mayPass, type SmallStack, startSmallStack } from "../support/a-small-stack.ts";
import { hours } from "../support/a-source.ts";
import { listen } from "../support/listen.ts";

/**
 * A function's process is ended by SIGKILL at every place on its way: before a server has what it sends, and
 * after the server has done it, before the process hears of that. The places are those that a run without
 * an accident passes.
 */
const day = hours(24);

/** Each accident has a day of its own, on which source `a` has its data at midnight. */
let days = 0;
async function aNewDay(stack: SmallStack): Promise<(hour: number) => Date> {
  days += 1;
  const midnight = worldStart.getTime() + days * day;
  await stack.forget();
  await stack.arrive("a", new Date(midnight));
  return (hour) => new Date(midnight + hours(hour));
}

describe("a watchdog that is killed", () => {
  let stack: SmallStack;
  const killer = aKiller("sync-watchdog", () => stack);
  beforeAll(async () => {
    stack = await startSmallStack({
      sources: [{ id: "a", connector: "x" }],
      processes: 2,
      gates: { "sync-watchdog": killer.gate },
    });
  });
  afterAll(() => stack.close());

  /** Brings the world to the hour at which the run is killed; the hours that follow, and what must come of it. */
  interface Story {
    readonly killedAt: number;
    prepare?(at: (hour: number) => Date): Promise<void>;
    between?(at: (hour: number) => Date): Promise<void>;
    readonly next: number;
    readonly told: (heard: readonly string[]) => boolean;
    /** Also where the servers know no more than at another place: after a step, and before the next. */
    readonly everyPlace?: boolean;
  }

  const isNews = (place: string, nth: number, path: readonly string[]) =>
    place.startsWith("before") || nth === path.length - 1;

  const exactly = (wanted: string) => (heard: readonly string[]) => heard.join() === wanted;
  const breaks: Story = { killedAt: 3, next: 3, told: exactly("problem") };
  const worsens: Story = {
    prepare: async (at) => void (await stack.tick(at(3))),
    killedAt: 6,
    next: 6,
    told: exactly("problem"),
  };
  const mends: Story = {
    async prepare(at) {
      await stack.tick(at(3));
      await stack.arrive("a", at(4));
    },
    killedAt: 4,
    next: 4,
    told: exactly("over"),
  };

  test.each<[string, Story]>([
    [
      "while a source breaks, and woken again for the same hour, tells it once",
      { ...breaks, everyPlace: true },
    ],
    ["while a source breaks, and woken the next hour only, tells it once", { ...breaks, next: 4 }],
    ["while a source gets worse, and woken again for the same hour, tells it once", worsens],
    ["while a source gets worse, and woken the next hour only, tells it once", { ...worsens, next: 7 }],
    ["while a source mends, and woken again for the same hour, tells it once", mends],
    ["while a source mends, and woken the next hour only, tells it once", { ...mends, next: 5 }],
    [
      "while a source breaks that has mended by the next hour never tells a beginning without its end",
      {
        ...breaks,
        between: (at) => stack.arrive("a", at(4)),
        next: 4,
        told: (heard) => ["", "over", "problem,over"].includes(heard.join()),
      },
    ],
  ])(
    "%s",
    async (_, { killedAt, prepare, between, next, told, everyPlace }) => {
      const run = async (place: string | null) => {
        const at = await aNewDay(stack);
        await prepare?.(at);
        const heard = listen(stack);
        killer.begin();
        if (place !== null) killer.killAt(place);
        const { status } = await stack.wake(at(killedAt));
        if (place !== null) {
          expect(mayPass(status), `${place}: answered ${status}`).toBe(true);
          await killer.killed;
        }
        const path = [...killer.path];
        await between?.(at);
        await stack.tick(at(next));
        const { slack, mail } = heard();
        return {
          path,
          row: { place, slack: slack.join(), mail: mail.join(), right: told(slack) && told(mail) },
        };
      };

      const { path } = await run(null);
      expect(path.length).toBeGreaterThan(12);
      const rows = [];
      for (const place of everyPlace ? path : path.filter(isNews)) rows.push((await run(place)).row);
      console.table(rows);
      expect(rows.filter(({ right }) => !right)).toEqual([]);
    },
    300_000,
  );
});
