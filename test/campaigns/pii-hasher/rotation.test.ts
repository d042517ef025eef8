import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messages } from "../../support/a-dedup-world.ts";
import { aHold } from "../../support/a-hold.ts";
import { customer, key, keySecret, order, type PiiWorld, startPiiWorld } from "../../support/a-pii-world.ts";
import type { Cells } from "../../support/a-small-stack.ts";
import { hours } from "../../support/a-source.ts";
import { chainedHash, someKey } from "../../unit/shared/identity/chained-hash.ts";

/** Going over to another key, over the function as it runs. */
const hold = aHold();
/** What is put into the clean tables here is for the rotation to find, not for the search. */
const lines = ["search: [raw]", "matches: [{ of: orders.email_hash, among: customers.email_hash }]"];
let world: PiiWorld;
beforeAll(async () => {
  world = await startPiiWorld({
    wanted: { lines },
    gates: { "pii-hasher": hold.gate },
  });
});
afterAll(() => world.close());

/** Keys in use, oldest first. */
const keys = [key];
let made = 1;
/** Another version of the secret: a new key unless said. */
function addKey(text?: string): string {
  made += 1;
  const added = text ?? someKey(made);
  world.stack.secrets.addVersion(keySecret, added);
  return added;
}

const answers: string[] = [];
async function rotate(query: "" | "?undo=1" | "?undo=perhaps" = "") {
  const at = world.stack.engine.clock();
  const { status, body } = await world.stack.wake(at, undefined, `/pii-hasher/rotation${query}`);
  answers.push(body);
  const json = JSON.parse(body);
  return { status, json, detail: String(json.detail ?? "") };
}
async function tick(afterMs?: number) {
  const answer = await world.tick(world.nextTick(afterMs));
  answers.push(answer.body);
  return answer;
}
const heard = () => messages({ stack: world.stack } as Parameters<typeof messages>[0]);

const jane = { email: "jane@x.example", phone: "+16505550101" };
const ada = { email: "ada@x.example", phone: null };
const guest = { email: "guest@x.example", phone: "+16505550104" };
const nobody = { email: null, phone: null };

/** Who every row of the clean tables is. */
const people: Record<string, { readonly email: string | null; readonly phone: string | null }> = {};
async function bringOrder(id: number, person: (typeof people)[string]) {
  people[id] = person;
  await world.append("orders", order({ id, ...person, total: id }));
}
async function bringCustomer(id: string, person: (typeof people)[string]) {
  people[id] = person;
  const phone = person.phone === null ? null : Number(person.phone.slice(1));
  await world.append("customers", customer({ id, email: person.email, phone }));
}

const rows = async () => [...(await world.clean("orders")), ...(await world.clean("customers"))];
const hashes = async () =>
  Object.fromEntries(
    (await rows()).map((row) => [row.id, [row.email_hash, row.phone_hash, row._key_generation]]),
  );
/** What it must be by the keys in use. */
const expected = () =>
  Object.fromEntries(
    Object.entries(people).map(([id, { email, phone }]) => [
      id,
      [
        email && chainedHash("email", email, keys),
        phone && chainedHash("phone", phone, keys),
        String(keys.length),
      ],
    ]),
  );
const withoutHashes = (some: readonly Cells[]) =>
  some.map(({ email_hash: _, phone_hash: __, _key_generation: ___, ...rest }) => rest);
const joined = () =>
  world.rows(`SELECT orders.id AS bought, customers.id AS who FROM \`shop.clean.orders\` AS orders
    INNER JOIN \`shop.clean.customers\` AS customers USING (email_hash) ORDER BY 1, 2`);
const registry = async () =>
  JSON.parse((await world.get("/rotation")).body).keys.map(
    (it: Record<string, unknown>) => `${it.generation} ${it.status}`,
  );
const besides = () =>
  world.rows("SELECT table_id FROM `shop.clean.__TABLES__` WHERE ENDS_WITH(table_id, '__rotation')");

describe("there is nothing to go over to", () => {
  test("before the first key is registered", async () => {
    const { status, detail } = await rotate();
    expect([status, detail]).toEqual([400, expect.stringContaining("No key is registered yet")]);
  });

  test("while the secret holds the key in use: said with how to add another", async () => {
    await bringOrder(1, jane);
    await bringOrder(2, ada);
    await bringOrder(3, nobody);
    await bringOrder(4, guest);
    await bringCustomer("j", jane);
    await bringCustomer("a", ada);
    await tick();
    expect(await hashes()).toEqual(expected());
    const { status, detail } = await rotate();
    expect(status).toBe(400);
    expect(detail).toContain("openssl rand -hex 32 | tr -d '\\n' | gcloud secrets versions add identity-key");
  });

  test("and nothing to be taken back", async () => {
    expect(await rotate("?undo=1")).toMatchObject({ status: 400, detail: "No rotation is running" });
    expect((await rotate("?undo=perhaps")).detail).toContain("undo is yes or no");
    expect(await registry()).toEqual(["1 active"]);
  });
});

describe("with another key in the secret", () => {
  test("nothing is hashed until the rotation is asked for", async () => {
    const told = heard();
    addKey();
    await bringOrder(5, jane);
    expect((await tick()).json.key.code).toBe("key_changed");
    expect(told().map(({ text }) => text)).toEqual([expect.stringContaining("POST /pii-hasher/rotation")]);
  });

  test("every hash becomes the HMAC of the hash before; joins find the same people, and nothing else changes", async () => {
    const [before, pairs, plain] = [await rows(), await joined(), { ...people }];
    delete people[5];
    keys.push(someKey(2));
    const { status, json } = await rotate();
    expect([status, json]).toEqual([
      200,
      {
        status: "active",
        generation: 2,
        parity: [
          { table: "orders", rows: 4, persons: [3, 2], broken: null },
          { table: "customers", rows: 2, persons: [2, 1], broken: null },
        ],
        matches: [{ of: "orders.email_hash", among: "customers.email_hash", before: 2, after: 2 }],
      },
    ]);
    expect(await hashes()).toEqual(expected());
    expect(await joined()).toEqual(pairs);
    expect(withoutHashes(await rows())).toEqual(withoutHashes(before));
    expect(await registry()).toEqual(["1 retired", "2 active"]);
    expect(await besides()).toEqual([]);
    Object.assign(people, plain);
  });

  test("new rows are hashed with all keys there have been, so that they are found among the old ones", async () => {
    const told = heard();
    await bringCustomer("g", guest);
    await tick();
    expect(await hashes()).toEqual(expected());
    expect((await joined()).map(({ bought, who }) => `${bought} ${who}`)).toEqual([
      "1 j",
      "2 a",
      "4 g",
      "5 j",
    ]);
    expect(told().map(({ headline }) => headline)).toEqual([expect.stringMatching(/recovered/i)]);
  });

  test("another rotation stands on top of it", async () => {
    keys.push(addKey());
    expect((await rotate()).json).toMatchObject({ status: "active", generation: 3 });
    expect(await hashes()).toEqual(expected());
    expect(await registry()).toEqual(["1 retired", "2 retired", "3 active"]);
    await bringOrder(6, guest);
    await tick();
    expect(await hashes()).toEqual(expected());
  });

  test("a key that was in use before is refused", async () => {
    addKey(keys[0]);
    const { status, detail } = await rotate();
    expect([status, detail]).toEqual([400, expect.stringContaining("a key that was in use before")]);
    addKey(keys.at(-1));
  });

  test("a key that could be guessed is refused, and not quoted", async () => {
    const bad = addKey("changeme-changeme-changeme-changeme");
    const { status, json } = await rotate();
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(json)).toContain("placeholder");
    expect(JSON.stringify(json)).not.toContain(bad);
    addKey(keys.at(-1));
    expect(await registry()).toEqual(["1 retired", "2 retired", "3 active"]);
  });

  test("which keys there have been is said to people too", async () => {
    for (const type of ["text/html", "text/markdown"]) {
      const { body } = await world.get("/rotation", type);
      expect(body).toContain("retired");
      expect(body).toContain("No rotation is running");
    }
  });
});

describe("while a rotation is at work", () => {
  test("another one, and a tick, give way; it is done once", async () => {
    keys.push(addKey());
    const meanwhile: unknown[] = [];
    hold.before("pii-hasher/rotation-swap", async () => {
      meanwhile.push((await rotate()).status, (await tick()).json.busy);
    });
    expect((await rotate()).json).toMatchObject({ status: "active", generation: 4 });
    expect(meanwhile).toEqual([503, true]);
    expect(await hashes()).toEqual(expected());
    expect(await registry()).toEqual(["1 retired", "2 retired", "3 retired", "4 active"]);
  });
});

describe("a hash that somebody changes in between", () => {
  const tamper = (hash: string) =>
    world.rows(`UPDATE \`shop.clean.customers\` SET email_hash = '${hash}' WHERE id = 'a'`);

  test("stops it: one table has gone over, the other stays; told once, and nothing is hashed", async () => {
    const told = heard();
    const before = await rows();
    addKey();
    hold.before("pii-hasher/rotation-swap", () => tamper("f".repeat(64)));
    const { status, json } = await rotate();
    expect(status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(json)).toContain("customers: 1 rows have no pair with their own hashes");
    await bringOrder(7, jane);
    for (let again = 0; again < 3; again += 1) expect((await tick()).status).toBe(200);
    const said = told();
    expect(said).toHaveLength(1);
    expect(said[0]?.text).toContain("The rotation stops, because joins would break");
    expect(said[0]?.text).toContain("?undo=1");
    expect(await rows()).toHaveLength(before.length);
    expect(await registry()).toContain("5 swapping");
  });

  test("and when it is put back, the next tick goes on, hashes what has waited, and tells that it is over", async () => {
    const told = heard();
    await tamper(chainedHash("email", ada.email, keys));
    keys.push(someKey(made));
    await tick(hours(1));
    await tick();
    expect(await hashes()).toEqual(expected());
    expect(await registry()).toContain("5 active");
    expect(await besides()).toEqual([]);
    expect(told().map(({ headline }) => headline)).toEqual([expect.stringMatching(/recovered/i)]);
  });

  test("half way it can be taken back: every row as it was; then hashing waits for the old key", async () => {
    const before = await rows();
    addKey();
    hold.before("pii-hasher/rotation-swap", () => tamper("f".repeat(64)));
    await rotate();
    await tamper(chainedHash("email", ada.email, keys));
    expect(await rows()).not.toEqual(before);
    expect(await rotate("?undo=1")).toMatchObject({ status: 200, json: { status: "undone", generation: 6 } });
    expect(await rows()).toEqual(before);
    expect(await besides()).toEqual([]);
    expect(await rotate("?undo=1")).toMatchObject({ status: 400, detail: "No rotation is running" });

    await bringOrder(8, ada);
    expect((await tick()).json.key.code).toBe("key_changed");
    addKey(keys.at(-1));
    await tick(hours(1));
    expect(await hashes()).toEqual(expected());
  });

  test("what is no hash at all stops it before anything is changed, and is told", async () => {
    const told = heard();
    addKey();
    await tamper("no-hash-at-all");
    const before = await rows();
    const { status, json } = await rotate();
    expect(status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(json)).toContain("customers.email_hash contains values that are not hashes of 64");
    expect((await tick()).status).toBe(200);
    expect(told().map(({ text }) => text)).toEqual([expect.stringContaining("not hashes of 64")]);
    expect(await rows()).toEqual(before);
    await tamper(chainedHash("email", ada.email, keys));
    keys.push(someKey(made));
    await tick(hours(1));
    expect(await hashes()).toEqual(expected());
  });
});

describe("an older key that cannot be read any more", () => {
  test("stops the hashing, is told with how to mend it, and told to be over", async () => {
    const told = heard();
    keys.push(someKey(99));
    world.stack.secrets.addVersion("another-secret", someKey(99));
    await world.want({ key: "another-secret", lines });
    expect((await rotate()).json).toMatchObject({ status: "active" });
    world.stack.secrets.deny(keySecret);
    await bringOrder(9, guest);
    expect((await tick()).json.key.code).toBe("old_key_unreadable");
    await tick();
    expect(told().map(({ text }) => text)).toEqual([
      expect.stringContaining("Enable projects/shop/secrets/identity-key/versions/1 again"),
    ]);
    expect(Object.keys(await hashes())).not.toContain("9");
    world.stack.secrets.deny(keySecret, false);
    await tick(hours(1));
    expect(await hashes()).toEqual(expected());
    expect(
      told()
        .slice(1)
        .map(({ headline }) => headline),
    ).toEqual([expect.stringMatching(/recovered/i)]);
  });
});

test("no key is in anything that is left: answers, log, jobs, messages, tables", async () => {
  const { engine, slack, mails } = world.stack;
  const tables = await Promise.all(
    [
      "{{ops}}.pii_keys",
      "{{ops}}.pii_tables",
      "{{ops}}.alert_log",
      "{{ops}}.runs",
      "{{ops}}.check_results",
    ].map((table) => world.rows(`SELECT * FROM \`${table}\``)),
  );
  const left = JSON.stringify([
    answers,
    world.stack.called("pii-hasher").logs(),
    engine.jobs,
    slack,
    mails,
    tables,
  ]);
  expect(left).toContain("rotation-swap");
  for (const one of [...keys, ...Array.from({ length: made }, (_, nth) => someKey(nth + 1))])
    expect(left).not.toContain(one);
});
