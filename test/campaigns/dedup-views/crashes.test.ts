import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aBarrier } from "../../support/a-barrier.ts";
import {
  type Answer,
  type DedupWorld,
  facts,
  messages,
  startDedupWorld,
  version,
  type WantedView,
} from "../../support/a-dedup-world.ts";
import { aKiller, type Killer, renew } from "../../support/a-killer.ts";
import { mayPass } from "../../support/a-small-stack.ts";
import { hours } from "../../support/a-source.ts";

/** Of three views one is to be made, one replaced, and the key of one is too coarse. */
const merging = [version({ id: "a", hour: 0, country: "DE" }), version({ id: "b", hour: 0, country: "FR" })];

interface Round {
  readonly made: string;
  readonly replaced: string;
  readonly refused: string;
}

/** Sooner than anybody is reminded of anything. */
const anHourLater = (world: DedupWorld) => world.nextTick(hours(1));

let rounds = 0;

async function aRound(world: DedupWorld): Promise<Round> {
  rounds += 1;
  const round = { made: `made_${rounds}`, replaced: `replaced_${rounds}`, refused: `refused_${rounds}` };
  await world.makeTable(`${round.made}_raw`, facts(2));
  await world.makeTable(`${round.replaced}_raw`, facts(2));
  await world.makeTable(`${round.refused}_raw`, merging);
  await world.want({ id: round.replaced });
  await world.tick(anHourLater(world));
  // Connectors of its own: what was wrong in another round is another matter.
  const views: WantedView[] = [
    { id: round.made },
    { id: round.replaced, key: ["ad_id", "day", "country"] },
    { id: round.refused, connector: `loader_${rounds}` },
  ];
  await world.want(...views);
  return round;
}

/** Each thing once: what is told about a round, in no order. */
async function isRight(world: DedupWorld, round: Round, told: ReturnType<typeof messages>): Promise<object> {
  const [made, replaced, refused] = await Promise.all(
    [round.made, round.replaced, round.refused].map((name) => world.table(name)),
  );
  const texts = told();
  const count = (what: string, id: string) =>
    texts.filter(({ headline, text }) => headline.includes(what) && text.includes(id)).length;
  return {
    made: made?.view?.query.includes("PARTITION BY `ad_id`, `day` ORDER") ?? false,
    replaced: replaced?.view?.query.includes("PARTITION BY `ad_id`, `day`, `country` ORDER") ?? false,
    refused: refused === null,
    toldMade: count("News", round.made),
    toldReplaced: count("News", round.replaced),
    toldRefused: count("removes real rows", round.refused),
    others: texts.filter(({ headline }) => !/News|removes real rows|Recovered/.test(headline)).length,
  };
}

const right = {
  made: true,
  replaced: true,
  refused: true,
  toldMade: 1,
  toldReplaced: 1,
  toldRefused: 1,
  others: 0,
};

describe("two runs at once", () => {
  const steps = ["tables.insert", "tables.patch", "alerting/announce-notices", "runs/record-run"];
  const barriers = steps.map(aBarrier);
  let world: DedupWorld;
  beforeAll(async () => {
    world = await startDedupWorld({
      processes: 2,
      gates: {
        async "dedup-views"(checkpoint) {
          for (const barrier of barriers) await barrier.gate(checkpoint);
        },
      },
    });
  });
  afterAll(() => world.close());

  /** As Cloud Scheduler would: again while it says that it may be tried again. */
  async function wakePatiently(at: Date, process: number): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const answer = await world.post(at, "", process);
      if (!mayPass(answer.status) || tries > 6) return answer;
      expect(answer.status, answer.body).toBe(503);
      await sleep(50 * tries);
    }
  }

  test.each(["nowhere", ...steps])(
    "that meet at %s make one change and tell it once",
    async (step) => {
      for (const how of ["the same tick", "two ticks"]) {
        const round = await aRound(world);
        const told = messages(world);
        const barrier = barriers[steps.indexOf(step)];
        if (barrier !== undefined) barrier.up = true;
        const earlier = anHourLater(world);
        const later = how === "the same tick" ? earlier : anHourLater(world);
        const answers = await Promise.all([wakePatiently(earlier, 0), wakePatiently(later, 1)]);
        if (barrier !== undefined) barrier.up = false;
        expect(
          answers.map(({ status }) => status),
          JSON.stringify(answers),
        ).toEqual([200, 200]);
        await world.tick(anHourLater(world));
        expect(await isRight(world, round, told), `${step}, ${how}`).toEqual(right);
      }
      if (step === "tables.insert" || step === "tables.patch")
        expect(barriers[steps.indexOf(step)]?.meetings).toBeGreaterThan(0);
    },
    60_000,
  );
});

describe("a run that is killed", () => {
  let world: DedupWorld;
  let killer: Killer;
  beforeAll(async () => {
    killer = aKiller("dedup-views", () => world.stack);
    world = await startDedupWorld({ processes: 2, gates: { "dedup-views": killer.gate } });
  });
  afterAll(() => world.close());

  async function killedAt(place: string | null, next: "the same tick" | "the next"): Promise<object> {
    const round = await aRound(world);
    const told = messages(world);
    const at = anHourLater(world);
    killer.begin();
    if (place !== null) killer.killAt(place);
    const { status } = await world.post(at);
    if (place !== null) {
      expect(mayPass(status), `${place}: answered ${status}`).toBe(true);
      await killer.killed;
    }
    if (next === "the same tick") await world.tick(at);
    await world.tick(anHourLater(world));
    return { place, ...(await isRight(world, round, told)) };
  }

  test.each([
    ["the same tick", /removed-rows|tables|incidents|notices|Publish|decisions|record/],
    ["the next", /patch|notices|Publish|decisions|record/],
  ] as const)(
    "before each request that changes something, and woken for %s, leaves nothing half and tells each change once",
    async (next, places) => {
      const path = await aPath(next);
      const rows = [];
      for (const place of path.filter((it) => it.startsWith("before") && places.test(it)))
        rows.push(await killedAt(place, next));
      rows.push(await killedAt(path.at(-1) ?? null, next));
      console.table(rows);
      for (const row of rows) expect(row).toMatchObject(right);
    },
    300_000,
  );

  /** Places that a run without an accident passes. */
  async function aPath(next: "the same tick" | "the next"): Promise<readonly string[]> {
    expect(await killedAt(null, next)).toMatchObject(right);
    await aRound(world);
    killer.begin();
    await world.post(anHourLater(world));
    const path = [...killer.path];
    await world.stack.settle();
    expect(path).toEqual(expect.arrayContaining(["before tables.insert", "after tables.patch"]));
    await renew(world.stack, "dedup-views");
    return path;
  }
});
