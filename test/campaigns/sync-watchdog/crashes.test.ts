import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { worldStart } from "../../../infra/local/clock.ts";
import { aKiller, type Killer, renew } from "../../support/a-killer.ts";
import { mayPass, type SmallStack, startSmallStack } from "../../support/a-small-stack.ts";
import { days, hours } from "../../support/a-source.ts";
import { listen } from "../../support/listen.ts";

/**
 * A function's process is ended by SIGKILL at every place on its way: before a server has what it sends, and
 * after the server has done it, before the process hears of that. The places are those that a run without
 * an accident passes. Each accident has a day of its own, on which every source has its data at midnight.
 */
interface Story {
  /** Brings the world to the hour at which the run is killed. */
  readonly before?: (stack: SmallStack, at: (hour: number) => Date) => Promise<unknown>;
  readonly killedAt: number;
  /** What happens until the watchdog is woken again. */
  readonly between?: (stack: SmallStack, at: (hour: number) => Date) => Promise<unknown>;
  /** The same hour, as Cloud Scheduler does, or the next, as where its retries were used up. */
  readonly next: number;
  readonly told: (heard: readonly string[]) => boolean;
  /** Also where the servers know no more than at another place: before it decides, and after a step as before the next. */
  readonly everyPlace?: boolean;
  /** Only here. */
  readonly places?: RegExp;
}

const exactly =
  (...wanted: string[]) =>
  (heard: readonly string[]) =>
    heard.join() === wanted.join();

const breaks = { killedAt: 3, told: exactly("problem") };
const worsens = {
  before: (stack: SmallStack, at: (hour: number) => Date) => stack.tick(at(3)),
  killedAt: 6,
  told: exactly("problem"),
};
const fix = {
  async before(stack: SmallStack, at: (hour: number) => Date) {
    await stack.tick(at(3));
    await stack.arrive("a", at(4));
  },
  killedAt: 4,
  told: exactly("over"),
};

interface World {
  readonly stack: SmallStack;
  readonly killer: Killer;
  readonly sources: readonly string[];
  days: number;
}

async function aWorld(sources: readonly string[]): Promise<World> {
  const killer = aKiller("sync-watchdog", () => stack);
  const stack = await startSmallStack({
    sources: sources.map((id) => ({ id, connector: `of-${id}` })),
    processes: 2,
    gates: { "sync-watchdog": killer.gate },
  });
  return { stack, killer, sources, days: 0 };
}

async function run(world: World, story: Story, place: string | null) {
  const { stack, killer, sources } = world;
  world.days += 1;
  const at = (hour: number) => new Date(worldStart.getTime() + days(world.days) + hours(hour));
  await stack.forget();
  for (const id of sources) await stack.arrive(id, at(0));
  await story.before?.(stack, at);

  const heard = listen(stack);
  killer.begin();
  if (place !== null) killer.killAt(place);
  const { status } = await stack.wake(at(story.killedAt));
  if (place !== null) {
    expect(mayPass(status), `${place}: answered ${status}`).toBe(true);
    await killer.killed;
  }
  const path = [...killer.path];
  await story.between?.(stack, at);
  await stack.tick(at(story.next));
  const { slack, mail } = heard();
  const right = story.told(slack) && story.told(mail);
  return { path, row: { place, slack: slack.join(), mail: mail.join(), right } };
}

/** Where the servers know more than at any place before: each step changes something once it has decided. */
const isNews = (place: string, nth: number, path: readonly string[]) =>
  (place.startsWith("before") && nth >= path.indexOf("before alerting/read-incidents")) ||
  nth === path.length - 1;

async function killedEverywhere(world: World, story: Story): Promise<void> {
  const { path, row } = await run(world, story, null);
  expect(row.right).toBe(true);
  await renew(world.stack, "sync-watchdog");
  expect(path.length).toBeGreaterThan(12);
  const rows = [];
  const places = story.everyPlace ? path : path.filter(isNews);
  for (const place of places.filter((it) => story.places?.test(it) ?? true)) {
    rows.push((await run(world, story, place)).row);
  }
  console.table(rows);
  expect(rows.filter(({ right }) => !right)).toEqual([]);
}

const patienceMs = 300_000;

describe("a watchdog that is killed", () => {
  let world: World;
  beforeAll(async () => {
    world = await aWorld(["a"]);
  });
  afterAll(() => world.stack.close());

  test.each<[string, Story]>([
    [
      "while a source breaks, and woken again for the same hour, tells it once",
      { ...breaks, next: 3, everyPlace: true },
    ],
    ["while a source breaks, and woken the next hour only, tells it once", { ...breaks, next: 4 }],
    ["while a source gets worse, and woken again for the same hour, tells it once", { ...worsens, next: 6 }],
    ["while a source gets worse, and woken the next hour only, tells it once", { ...worsens, next: 7 }],
    ["while a source mends, and woken again for the same hour, tells it once", { ...fix, next: 4 }],
    ["while a source mends, and woken the next hour only, tells it once", { ...fix, next: 5 }],
    [
      "while a source breaks that is worse by the next time tells that, and the beginning once at most",
      {
        ...breaks,
        next: 6,
        told: (heard) => ["problem", "problem,problem"].includes(heard.join()),
      },
    ],
    [
      "while a source breaks that has mended by the next hour never tells a beginning without its end",
      {
        ...breaks,
        between: (stack, at) => stack.arrive("a", at(4)),
        next: 4,
        told: (heard) => ["", "over", "problem,over"].includes(heard.join()),
      },
    ],
  ])("%s", (_, story) => killedEverywhere(world, story), patienceMs);
});

describe("a watchdog that is killed while more breaks than is told apart", () => {
  const many = Array.from({ length: 8 }, (_, n) => `s${n}`);
  /** Five on their own, three together. */
  const six = exactly(...Array.from({ length: 6 }, () => "problem"));

  const telling = /announce-notices|Publish|log-decisions|save-incidents/;

  let world: World;
  beforeAll(async () => {
    world = await aWorld(many);
  });
  afterAll(() => world.stack.close());

  test.each([
    ["woken again for the same hour", 3],
    ["woken the next hour only", 4],
  ])(
    "and %s tells the same messages, each once",
    (_, next) => killedEverywhere(world, { killedAt: 3, next, told: six, places: telling }),
    patienceMs,
  );
});
