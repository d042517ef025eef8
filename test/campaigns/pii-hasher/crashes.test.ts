import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aKiller, type Killer, renew } from "../../support/a-killer.ts";
import { aLedger, type Ledger } from "../../support/a-ledger.ts";
import { type PiiWorld, startPiiWorld } from "../../support/a-pii-world.ts";
import { mayPass } from "../../support/a-small-stack.ts";

let world: PiiWorld;
let killer: Killer;
let ledger: Ledger;
let watched: (() => Promise<void>) | null = null;
beforeAll(async () => {
  killer = aKiller("pii-hasher", () => world.stack);
  world = await startPiiWorld({
    processes: 2,
    gates: {
      async "pii-hasher"(checkpoint) {
        await watched?.();
        await killer.gate(checkpoint);
      },
    },
  });
  ledger = aLedger(world);
  await ledger.bring({ order: 0, hour: 0, person: 0 });
  await world.tick();
});
afterAll(() => world.close());

let orders = 0;

/** A new order, a newer version of a known one that somebody else's data is in, a late one, one twice, and one of nobody. */
async function newRows(): Promise<void> {
  const known = orders;
  orders += 3;
  const twice = { order: orders - 1, hour: 1, person: orders - 1 };
  await ledger.bring(
    { order: orders, hour: 1, person: orders },
    { order: known, hour: 2, person: orders + 1_000 },
    { order: known, hour: -50, person: orders + 2_000 },
    twice,
    twice,
    { order: orders - 2, hour: 1, person: null },
  );
}

/** What was read leaves everything as it was before the next step. Metadata are asked for side by side, in any order. */
const isReading =
  /tables\.get|^after (pii-hasher\/(tables|readable|keys|portions|rows)|runs\/find-run|pii\/read-searches|alerting\/read-incidents)\b/;

const stagedTables = async () =>
  (await world.rows("SELECT table_id FROM `shop.raw.__TABLES__` ORDER BY table_id")).map(
    (row) => row.table_id,
  );

describe("a run that inserts, updates and empties", () => {
  test("at no moment has emptied what is not hashed", async () => {
    await newRows();
    let moments = 0;
    watched = async () => {
      moments += 1;
      expect(await ledger.lost(), killer.path.at(-1)).toEqual([]);
    };
    const { status, body } = await world.tick();
    watched = null;
    expect(status, body).toBe(200);
    expect(JSON.parse(body).summary).toMatchObject({ inserted: 3, updated: 1, emptied: 5 });
    expect(moments).toBeGreaterThan(40);
    expect(await ledger.undone()).toEqual([]);
  });

  test("killed at any place, has lost nothing, and the next run leaves nothing to be done", async () => {
    await newRows();
    killer.begin();
    await world.tick();
    const places = killer.path.filter((place) => !isReading.test(place));
    expect(places).toEqual(
      expect.arrayContaining([
        "before load",
        "after load",
        "before pii-hasher/insert-rows",
        "after pii-hasher/update-rows",
        "after pii-hasher/empty-rows",
        "after tables.delete",
      ]),
    );
    await renew(world.stack, "pii-hasher");
    const wrong: string[] = [];
    for (const [nth, place] of places.entries()) {
      await newRows();
      const at = world.nextTick();
      killer.begin();
      killer.killAt(place);
      const { status } = await world.post(at);
      expect(mayPass(status), `${place}: answered ${status}`).toBe(true);
      await killer.killed;
      wrong.push(...(await ledger.lost()).map((it) => `${place}: lost ${it}`));
      await world.letLeaseRunOut();
      // Cloud Scheduler tries the same tick again, or it is time for the next.
      const answer = await world.tick(nth % 2 === 0 ? at : world.nextTick());
      expect(answer.status, `${place}: ${answer.body}`).toBe(200);
      if (answer.json.repeated !== true)
        wrong.push(...(await ledger.undone()).map((it) => `${place}: ${it}`));
    }
    await world.tick();
    wrong.push(...(await ledger.undone()));
    expect(wrong).toEqual([]);
    expect(await stagedTables()).toEqual(["customers", "orders"]);
    console.log(`killed at ${places.length} places`);
  }, 400_000);
});
