import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { messages } from "../../support/a-dedup-world.ts";
import { aHold } from "../../support/a-hold.ts";
import { atHour, hashOf, order, type PiiWorld, startPiiWorld } from "../../support/a-pii-world.ts";
import { hours } from "../../support/a-source.ts";
import { cleanOf, stateOf } from "../../support/pii-state.ts";

const hold = aHold();
let world: PiiWorld;
beforeAll(async () => {
  world = await startPiiWorld({ gates: { "pii-hasher": hold.gate } });
  await world.append("orders", order({ id: 1, email: "first@x.example" }));
  await world.tick();
});
afterEach(() => expect(hold.isOver).toBe(true));
afterAll(() => world.close());

const email = (value: string) => hashOf("email", value);
const phone = (value: string) => hashOf("phone", value);
const change = (sql: string) => world.rows(sql);

describe("a row that its owner", () => {
  test("changes after it was hashed is hashed and emptied again", async () => {
    await world.append("orders", order({ id: 30, email: "before@x.example", phone: "(650) 555-1230" }));
    await world.tick();
    await change("UPDATE shop.raw.orders SET email = 'After@x.example' WHERE id = 30");
    await world.tick();
    expect(await stateOf(world, 30)).toEqual({
      readable: [],
      hashes: [[email("after@x.example"), phone("+16505551230")]],
    });
  });

  test.each(["pii-hasher/insert-rows", "pii-hasher/empty-rows"])(
    "changes just before %s is not emptied until what it says now is hashed",
    async (step) => {
      const id = step.includes("insert") ? 31 : 32;
      await world.append(
        "orders",
        order({ id, email: "before@x.example" }),
        order({ id: id + 50, email: "other@x.example" }),
      );
      hold.before(step, () =>
        change(`UPDATE shop.raw.orders SET email = 'after@x.example' WHERE id = ${id}`),
      );
      const told = messages(world);
      const { json } = await world.tick();
      expect(json.summary).toMatchObject({ emptied: 1, left: 1 });
      expect((await stateOf(world, id)).readable).toEqual(["after@x.example"]);
      expect((await stateOf(world, id + 50)).readable).toEqual([]);
      await world.tick();
      expect(await stateOf(world, id)).toEqual({ readable: [], hashes: [[email("after@x.example"), null]] });
      expect(told()).toEqual([]);
    },
  );

  test("moves to another country just before it is put away gets the number's hash there", async () => {
    await world.append("orders", order({ id: 33, phone: "030 901820", country: "DE" }));
    hold.before("pii-hasher/insert-rows", () =>
      change("UPDATE shop.raw.orders SET country = 'IT' WHERE id = 33"),
    );
    await world.tick();
    await world.tick();
    expect((await cleanOf(world, 33))[0]?.phone_hash).toBe(phone("+39030901820"));
    expect((await stateOf(world, 33)).readable).toEqual([]);
  });

  test("deletes before, between or after is not brought back, and stops nothing", async () => {
    await world.append(
      "orders",
      order({ id: 34, email: "a@x.example" }),
      order({ id: 35, email: "b@x.example" }),
      order({ id: 36, email: "c@x.example" }),
    );
    const remove = (id: number) => () => change(`DELETE FROM shop.raw.orders WHERE id = ${id}`);
    hold.before("pii-hasher/insert-rows", remove(34));
    hold.before("pii-hasher/empty-rows", remove(35));
    expect((await world.tick()).status).toBe(200);
    await remove(36)();
    expect((await world.tick()).json.summary).toMatchObject({ inserted: 0, left: 0 });
    expect(await cleanOf(world, 34)).toEqual([]);
    expect((await cleanOf(world, 35))[0]?.email_hash).toBe(email("b@x.example"));
    expect((await cleanOf(world, 36))[0]?.email_hash).toBe(email("c@x.example"));
  });
});

describe("rows that stream in", () => {
  const hoursSinceStart = () => (world.stack.engine.clock().getTime() - Date.parse(atHour(0))) / hours(1);

  /** As long as they are in the buffer nothing but a query reaches them. */
  test.each([
    ["as they arrive", 60, 0],
    ["days after they arrived", 62, -200],
  ])(
    "%s are hashed at once, and emptied when the buffer lets them go; who waits is said, and nobody is told",
    async (_, id, ago) => {
      const told = messages(world);
      const hour = hoursSinceStart() + ago;
      await world.append("orders", order({ id: id + 1, hour: hour + 0.1, email: "loaded@x.example" }));
      await world.stream("orders", order({ id, hour, email: "streamed@x.example" }));
      const { json: first } = await world.tick();
      expect(first.tables.orders).toMatchObject({ status: "ok", inserted: 2, left: 0 });
      expect(first.tables.orders.pending).toBeGreaterThan(0);
      expect(await stateOf(world, id)).toEqual({
        readable: ["streamed@x.example"],
        hashes: [[email("streamed@x.example"), null]],
      });
      const age = world.stack.engine.clock().getTime() - Date.parse(first.tables.orders.pending_since);
      expect(age).toBeGreaterThan(0);
      expect(age).toBeLessThan(hours(0.1));
      const { json: second } = await world.tick(world.nextTick(hours(0.35)));
      expect(second.tables.orders).toMatchObject({ status: "ok", inserted: 0, updated: 0 });
      expect((await stateOf(world, id)).readable).toEqual(["streamed@x.example"]);
      const { json: last } = await world.tick(world.nextTick(hours(0.1)));
      expect(last.tables.orders).toMatchObject({ status: "ok", pending: 0, pending_since: null });
      for (const it of [id, id + 1]) expect((await stateOf(world, it)).readable).toEqual([]);
      expect(told()).toEqual([]);
    },
  );

  test("do not keep older rows from being emptied meanwhile", async () => {
    await world.append(
      "orders",
      order({ id: 70, hour: hoursSinceStart() - 5, email: "hours.ago@x.example" }),
    );
    await world.stream("orders", order({ id: 71, hour: hoursSinceStart(), email: "now@x.example" }));
    expect((await world.tick()).json.tables.orders).toMatchObject({ inserted: 2, emptied: 1, pending: 1 });
    expect((await stateOf(world, 70)).readable).toEqual([]);
    expect((await stateOf(world, 71)).readable).toEqual(["now@x.example"]);
    await world.tick(world.nextTick(hours(0.6)));
    expect((await stateOf(world, 71)).readable).toEqual([]);
  });

  test("without a pause, days after they arrived, are emptied all the same, within two hours each", async () => {
    const told = messages(world);
    for (let nth = 0; nth < 6; nth += 1) {
      await world.stream("orders", order({ id: 80 + nth, hour: -300, email: `streamed.${nth}@x.example` }));
      await world.tick(world.nextTick(hours(0.4)));
    }
    expect((await stateOf(world, 80)).readable).toEqual([]);
    expect((await stateOf(world, 85)).readable).toHaveLength(1);
    expect(told()).toEqual([]);
    await world.tick(world.nextTick(hours(1)));
    expect((await stateOf(world, 85)).readable).toEqual([]);
  });
});
