import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { worldStart } from "../../infra/local/clock.ts";
import { type DedupWorld, messages, startDedupWorld, version } from "../support/a-dedup-world.ts";
import { aKiller, allUp, endLeases } from "../support/a-killer.ts";
import { aLedger, type Ledger } from "../support/a-ledger.ts";
import { type MorningWorld, startMorningWorld } from "../support/a-morning-world.ts";
import { type PiiWorld, startPiiWorld } from "../support/a-pii-world.ts";
import { mayPass, type SmallStack, startSmallStack } from "../support/a-small-stack.ts";
import { days, hours } from "../support/a-source.ts";
import { listen } from "../support/listen.ts";

/**
 * Each function is killed twice: when it has remembered what it will do and has not done it, and when it has done it
 * and has not recorded that. test/campaigns kills each of them at every place on its way.
 */
describe("over sources", () => {
  const watchdog = aKiller("sync-watchdog", () => stack);
  const notifier = aKiller("notifier", () => stack);
  let stack: SmallStack;
  beforeAll(async () => {
    stack = await startSmallStack({
      sources: [{ id: "a", connector: "x" }],
      only: ["sync-watchdog", "notifier"],
      processes: 2,
      gates: { "sync-watchdog": watchdog.gate, notifier: notifier.gate },
    });
  });
  afterAll(() => stack.close());

  let day = 0;
  async function aDay(): Promise<Date> {
    day += 1;
    const midnight = worldStart.getTime() + days(day);
    await stack.forget();
    await stack.arrive("a", new Date(midnight));
    return new Date(midnight + hours(3));
  }

  test.each(["before Pub/Sub Publish", "after Pub/Sub Publish"])(
    "a watchdog that is killed %s tells a source that breaks once",
    async (place) => {
      const at = await aDay();
      const heard = listen(stack);
      watchdog.begin();
      watchdog.killAt(place);
      expect(mayPass((await stack.wake(at)).status)).toBe(true);
      await watchdog.killed;
      expect(await stack.tick(at)).toBe(200);
      expect(heard()).toEqual({ slack: ["problem"], mail: ["problem"] });
    },
  );

  test.each([
    ["before Slack message", 1],
    ["after Slack message", 2],
  ])("a notifier that is killed %s sends %i to Slack, and records each channel", async (place, times) => {
    const at = await aDay();
    const heard = listen(stack);
    notifier.begin();
    notifier.killAt(place);
    expect((await stack.wake(at)).status).toBe(200);
    await notifier.killed;
    await endLeases(stack);
    await stack.settle();
    await allUp(stack, "notifier");
    expect(heard().slack).toHaveLength(times);
    const deliveries = (await stack.deliveries()).map(({ channel, status }) => `${channel} ${status}`);
    expect(deliveries).toEqual(["alerts sent", "inbox sent"]);
  });
});

describe("over clean views", () => {
  const killer = aKiller("dedup-views", () => world.stack);
  let world: DedupWorld;
  beforeAll(async () => {
    world = await startDedupWorld({ processes: 2, gates: { "dedup-views": killer.gate } });
  });
  afterAll(() => world.close());

  test.each([
    ["before Pub/Sub Publish", "first"],
    ["after Pub/Sub Publish", "second"],
  ])("a run that is killed %s refuses a key that merges rows, and tells it once", async (place, id) => {
    await world.makeTable(`${id}_raw`, [
      version({ id: "a", hour: 0, country: "DE" }),
      version({ id: "b", hour: 0, country: "FR" }),
    ]);
    await world.want({ id, connector: `loader_${id}` });
    const told = messages(world);
    const at = world.nextTick(hours(1));
    killer.begin();
    killer.killAt(place);
    expect(mayPass((await world.post(at)).status)).toBe(true);
    await killer.killed;
    await world.tick(at);
    expect(await world.table(id)).toBe(null);
    expect(told().filter(({ headline }) => headline.includes("removes real rows"))).toHaveLength(1);
  });
});

describe("over people", () => {
  const killer = aKiller("pii-hasher", () => world.stack);
  let world: PiiWorld;
  let ledger: Ledger;
  beforeAll(async () => {
    world = await startPiiWorld({ processes: 2, gates: { "pii-hasher": killer.gate } });
    ledger = aLedger(world);
    await ledger.bring({ order: 0, hour: 0, person: 0 });
    await world.tick();
  });
  afterAll(() => world.close());

  test.each([
    ["before pii-hasher/empty-rows", 1],
    ["after pii-hasher/empty-rows", 2],
  ])(
    "a hasher that is killed %s has lost nothing, and the same tick again leaves nothing",
    async (place, order) => {
      await ledger.bring({ order, hour: 1, person: order });
      const at = world.nextTick();
      killer.begin();
      killer.killAt(place);
      expect(mayPass((await world.post(at)).status)).toBe(true);
      await killer.killed;
      expect(await ledger.lost()).toEqual([]);
      await world.letLeaseRunOut();
      expect((await world.tick(at)).status).toBe(200);
      expect(await ledger.undone()).toEqual([]);
    },
  );
});

describe("over a shop's mornings", () => {
  const killer = aKiller("reconciliation", () => world.stack);
  let world: MorningWorld;
  beforeAll(async () => {
    world = await startMorningWorld({ processes: 2, gates: { reconciliation: killer.gate } });
    // The first one is a Monday: it sends the week's report.
    expect((await world.morning(world.at(0))).status).toBe(200);
  });
  afterAll(() => world.close());

  test.each([
    ["before Pub/Sub Publish", 1, "INSERT INTO {orders} SELECT * FROM {orders}"],
    ["after Pub/Sub Publish", 2, "DELETE FROM {visits} WHERE day = '2026-02-05'"],
  ])(
    "a run that is killed %s notifies what is wrong once, and records one run",
    async (place, day, mistake) => {
      await world.deliver(day);
      await world.sql(mistake);
      const heard = listen(world.stack);
      killer.begin();
      killer.killAt(place);
      expect(mayPass((await world.post(world.at(day))).status)).toBe(true);
      await killer.killed;
      expect((await world.morning(world.at(day))).status).toBe(200);
      expect(heard()).toEqual({ slack: ["problem"], mail: ["problem"] });
      expect(await world.remembered()).toMatchObject({ runs: 1 + day });
    },
  );
});
