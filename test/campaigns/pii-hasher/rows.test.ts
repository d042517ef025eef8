import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messages } from "../../support/a-dedup-world.ts";
import { atHour, customer, hashOf, order, type PiiWorld, startPiiWorld } from "../../support/a-pii-world.ts";
import { cleanOf, rawOf, stateOf } from "../../support/pii-state.ts";

let world: PiiWorld;
beforeAll(async () => {
  world = await startPiiWorld();
  await world.append("orders", order({ id: 1, email: "first@x.example" }));
  await world.tick();
});
afterAll(() => world.close());

const email = (value: string) => hashOf("email", value);
const phone = (value: string) => hashOf("phone", value);
const change = (sql: string) => world.rows(sql);

describe("an order", () => {
  test("of which two versions arrived within a millisecond has the later one's hash", async () => {
    const at = (micros: string) => ({ extracted_at: `2026-02-08 06:00:00.123${micros}+00` });
    await world.append(
      "orders",
      { ...order({ id: 13, email: "a@x.example" }), ...at("457") },
      { ...order({ id: 13, email: "b@x.example" }), ...at("456") },
    );
    await world.tick();
    expect(await stateOf(world, 13)).toEqual({ readable: [], hashes: [[email("a@x.example"), null]] });
  });

  test("of one arrival that says two things has the hash of one of them, and neither stays readable", async () => {
    await world.append(
      "orders",
      order({ id: 14, email: "this@x.example" }),
      order({ id: 14, email: "that@x.example" }),
    );
    await world.tick();
    await world.tick();
    const { readable, hashes } = await stateOf(world, 14);
    expect(readable).toEqual([]);
    expect([email("this@x.example"), email("that@x.example")]).toContain(hashes[0]?.[0]);
    expect(hashes).toHaveLength(1);
    expect((await world.tick()).json.summary).toMatchObject({ updated: 0, left: 0 });
  });

  test("of one arrival and number, with a country and without, holds up nothing", async () => {
    await world.append(
      "orders",
      order({ id: 15, phone: "030 901820", country: "DE" }),
      order({ id: 15, phone: "030 901820" }),
      order({ id: 16, email: "behind@x.example" }),
    );
    const answer = await world.tick();
    expect(answer.status, answer.body).toBe(200);
    await world.tick();
    expect(await stateOf(world, 16)).toEqual({ readable: [], hashes: [[email("behind@x.example"), null]] });
    expect(await stateOf(world, 15)).toEqual({
      readable: ["030 901820"],
      hashes: [[null, phone("+4930901820")]],
    });
    await change("DELETE FROM shop.raw.orders WHERE id = 15 AND country IS NULL");
    await world.tick();
  });

  test("is hashed by its own country, then by that of the warehouse", async () => {
    await world.append(
      "orders",
      order({ id: 17, phone: "030 901820", country: "DE" }),
      order({ id: 18, phone: "(650) 555-1212" }),
      order({ id: 19, phone: "+44 20 7946 0958", country: "no country" }),
    );
    await world.tick();
    expect((await cleanOf(world, 17))[0]?.phone_hash).toBe(phone("+4930901820"));
    expect((await cleanOf(world, 18))[0]?.phone_hash).toBe(phone("+16505551212"));
    expect((await cleanOf(world, 19))[0]?.phone_hash).toBe(phone("+442079460958"));
  });

  test("brings everything else along, and nothing of its note", async () => {
    await world.append("orders", order({ id: 20, country: "FR", total: 9.5, note: "call Jane at noon" }));
    await world.tick();
    expect((await rawOf(world, 20))[0]?.note).toBeNull();
    expect(await cleanOf(world, 20)).toEqual([
      {
        id: "20",
        extracted_at: String(Date.parse(atHour(0)) / 1_000),
        country: "FR",
        total: "9.5",
        email_hash: null,
        phone_hash: null,
        _raw_arrived_at: String(Date.parse(atHour(0)) / 1_000),
        _hashed_at: expect.stringMatching(/^1770/),
        _key_generation: "1",
        _unusable: null,
      },
    ]);
  });
});

describe("a row that says too little", () => {
  test("about when it arrived is hashed and emptied, and any later version counts more", async () => {
    await world.append("orders", order({ id: 40, hour: null, email: "undated@x.example" }));
    await world.tick();
    expect(await stateOf(world, 40)).toEqual({ readable: [], hashes: [[email("undated@x.example"), null]] });
    await world.append("orders", order({ id: 40, hour: 1, email: "dated@x.example" }));
    await world.tick();
    await change(
      "UPDATE shop.raw.orders SET email = 'undated again@x.example' WHERE id = 40 AND extracted_at IS NULL",
    );
    await change(
      "UPDATE shop.raw.orders SET email = 'undated.again@x.example' WHERE id = 40 AND extracted_at IS NULL",
    );
    await world.tick();
    expect(await stateOf(world, 40)).toEqual({ readable: [], hashes: [[email("dated@x.example"), null]] });
  });

  test("of nobody arrives without hashes and is no failure", async () => {
    const told = messages(world);
    await world.append(
      "orders",
      order({ id: 41 }),
      order({ id: 42, email: "", phone: "" }),
      order({ id: 43, email: "  ", phone: "\t\u00a0" }),
    );
    const { json } = await world.tick();
    expect(json.tables.orders).toMatchObject({ status: "ok", inserted: 3, emptied: 2, unusable: [] });
    for (const id of [41, 42, 43])
      expect(await stateOf(world, id)).toEqual({ readable: [], hashes: [[null, null]] });
    expect(told()).toEqual([]);
  });

  test("of which order it is, is neither hashed nor emptied, and told once", async () => {
    const told = messages(world);
    await world.append("orders", order({ id: null, email: "nobody@x.example" }));
    await world.tick();
    await world.tick();
    expect(told().map(({ headline }) => headline)).toEqual([
      expect.stringContaining("orders contains personal data in rows without a key"),
    ]);
    expect((await world.raw("orders")).filter(({ id }) => id === null)).toMatchObject([
      { email: "nobody@x.example" },
    ]);
    expect((await world.clean("orders")).filter(({ id }) => id === null)).toEqual([]);
    await change("DELETE FROM shop.raw.orders WHERE id IS NULL");
    await world.tick();
    expect(told()).toHaveLength(2);
  });
});

test("a row that says it arrived in a year keeps out none that arrive before, whoever they are of", async () => {
  await world.append("orders", order({ id: 45, hour: 24 * 365, email: "ahead@x.example" }));
  await world.tick();
  await world.append(
    "orders",
    order({ id: 46, hour: 7 }),
    order({ id: 47, hour: 7, email: "now@x.example" }),
  );
  await world.tick();
  expect(await stateOf(world, 46)).toEqual({ readable: [], hashes: [[null, null]] });
  expect(await stateOf(world, 47)).toEqual({ readable: [], hashes: [[email("now@x.example"), null]] });
});

describe("values that are no address and no number", () => {
  test("stay readable and are told once, by how many and why; the row's other value is hashed and emptied", async () => {
    const told = messages(world);
    await world.append(
      "orders",
      order({ id: 50, email: "jane, at work", phone: "(650) 555-1250" }),
      order({ id: 51, email: "right@x.example", phone: "ask for Jane" }),
      order({ id: 52, email: "nor this one" }),
    );
    const { json } = await world.tick();
    expect(json.tables.orders.unusable).toEqual(
      expect.arrayContaining([
        { column: "email", reason: "no_at", count: 2 },
        { column: "phone", reason: expect.any(String), count: 1 },
      ]),
    );
    await world.tick();
    expect(await stateOf(world, 50)).toEqual({
      readable: ["jane, at work"],
      hashes: [[null, phone("+16505551250")]],
    });
    expect(await stateOf(world, 51)).toEqual({
      readable: ["ask for Jane"],
      hashes: [[email("right@x.example"), null]],
    });
    expect(told()).toEqual([
      {
        headline: expect.stringContaining("orders contains values that are not an address or number"),
        text: expect.stringContaining("email: 2 (no @ in it)"),
      },
    ]);
    expect(JSON.stringify(told())).not.toMatch(/jane, at work|ask for Jane/);

    // Mended by the owner, it is hashed, and what was hashed of the row before stays.
    await change("UPDATE shop.raw.orders SET email = 'mended@x.example' WHERE id = 50");
    await world.tick();
    expect(await stateOf(world, 50)).toEqual({
      readable: [],
      hashes: [[email("mended@x.example"), phone("+16505551250")]],
    });
  });

  test("are emptied where the file says so, and what was told is over", async () => {
    const told = messages(world);
    await world.want({ orders: ["unusable: erase"] });
    await world.append("orders", order({ id: 53, email: "not an address either" }));
    await world.tick();
    for (const id of [51, 52, 53]) expect((await stateOf(world, id)).readable).toEqual([]);
    expect((await stateOf(world, 51)).hashes).toEqual([[email("right@x.example"), null]]);
    expect(told().map(({ headline }) => headline)).toEqual([expect.stringContaining("Recovered")]);
    await world.want({});
  });
});

describe("a customer", () => {
  test("whose number is a number, whose address is JSON and who has a list of names, is hashed and emptied", async () => {
    const id = "gid://shop/Customer/4711?q='\"\\n`";
    await world.append(
      "customers",
      customer({
        id,
        email: "Zoë@bücher.example",
        phone: 16505551260,
        address: '{"street":"1 Main St"}',
        aliases: ["Zed"],
      }),
      customer({ id: "only a list", aliases: ["Zee"] }),
    );
    const { json } = await world.tick();
    expect(json.tables.customers).toMatchObject({ inserted: 2, emptied: 2 });
    expect(await stateOf(world, id)).toEqual({
      readable: [],
      hashes: [[email("zoë@xn--bcher-kva.example"), phone("+16505551260")]],
    });
    expect(await rawOf(world, id)).toMatchObject([{ address: null, phone: null }]);
    expect(
      await world.rows("SELECT COUNT(*) AS lists FROM shop.raw.customers WHERE ARRAY_LENGTH(aliases) > 0"),
    ).toEqual([{ lists: "0" }]);
    expect(Object.keys((await cleanOf(world, id))[0] ?? {})).toEqual([
      "id",
      "extracted_at",
      "city",
      "email_hash",
      "phone_hash",
      "_raw_arrived_at",
      "_hashed_at",
      "_key_generation",
      "_unusable",
    ]);
  });
});
