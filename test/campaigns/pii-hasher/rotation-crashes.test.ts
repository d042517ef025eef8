import { afterAll, beforeAll, expect, test } from "vitest";
import { aKiller, type Killer, renew } from "../../support/a-killer.ts";
import { customer, key, keySecret, order, type PiiWorld, startPiiWorld } from "../../support/a-pii-world.ts";
import { mayPass } from "../../support/a-small-stack.ts";
import { chainedHash, someKey } from "../../unit/shared/identity/chained-hash.ts";

/** Killed at any step a rotation goes on by itself, or is taken back; no hash is lost, or made of anything but the keys in use. */
let world: PiiWorld;
let killer: Killer;
beforeAll(async () => {
  killer = aKiller("pii-hasher", () => world.stack);
  world = await startPiiWorld({
    only: ["pii-hasher"],
    processes: 2,
    wanted: { lines: ["search: [raw]", "matches: [{ of: orders.email_hash, among: customers.email_hash }]"] },
    gates: { "pii-hasher": killer.gate },
  });
  await world.append("customers", customer({ id: "jane", email: "jane@x.example" }));
  await bring("jane@x.example");
  await tick();
  await renew(world.stack, "pii-hasher");
});
afterAll(() => world.close());

/** Keys in use, oldest first. */
const keys = [key];
let made = 1;
const newest = (text: string) => world.stack.secrets.addVersion(keySecret, text);
function addKey(): string {
  made += 1;
  newest(someKey(made));
  return someKey(made);
}
const inUse = () => keys.at(-1) ?? "";

const emails: string[] = [];
async function bring(email: string): Promise<void> {
  emails.push(email);
  await world.append("orders", order({ id: emails.length, email }));
}

type Call = () => Promise<{ readonly status: number }>;
const rotation: Call = () => rotated("");
const undoing: Call = () => rotated("?undo=1");
const rotated = (query: "" | "?undo=1") =>
  world.stack.wake(world.stack.engine.clock(), undefined, `/pii-hasher/rotation${query}`);
const tick = async () => (await world.tick()).status;

const rows = async () => [...(await world.clean("orders")), ...(await world.clean("customers"))];
const hashes = async () => (await rows()).map((row) => [row.id, row.email_hash, row._key_generation]);
/** What they must be by the keys in use. */
const expected = () =>
  [...emails.map((email, at) => [String(at + 1), email]), ["jane", "jane@x.example"]].map(
    ([id, email = ""]) => [id, chainedHash("email", email, keys), String(keys.length)],
  );
const statuses = async () =>
  (await world.rows("SELECT status FROM `{{ops}}.pii_keys` ORDER BY registered_at, generation")).map(
    ({ status }) => status,
  );
const besides = () =>
  world.rows("SELECT table_id FROM `shop.clean.__TABLES__` WHERE ENDS_WITH(table_id, '__rotation')");

async function killed(place: string, call: Call): Promise<void> {
  killer.begin();
  killer.killAt(place);
  const { status } = await call();
  expect(mayPass(status), `${place}: answered ${status}`).toBe(true);
  await killer.killed;
  await world.letLeaseRunOut();
}

/** Steps that change something, each as it leaves the warehouse to the next; expiries and leases change no rows. */
const changing = (path: readonly string[]) =>
  path.filter((place) =>
    /^before (load|tables\.delete|pii-hasher\/(register-key|set-key-status|rotation-swap))/.test(place),
  );

const begins = ["before tables.delete", "before tables.delete (2)", "before pii-hasher/register-key"];
const underWay = [
  "before load",
  "before load (2)",
  "before pii-hasher/set-key-status",
  "before pii-hasher/set-key-status (2)",
  "before pii-hasher/rotation-swap",
  "before pii-hasher/rotation-swap (2)",
  "before pii-hasher/set-key-status (3)",
];
const over = ["before tables.delete (3)", "before tables.delete (4)"];

test("a rotation has these steps", async () => {
  keys.push(addKey());
  killer.begin();
  expect((await rotation()).status).toBe(200);
  expect(changing(killer.path)).toEqual([...begins, ...underWay, ...over]);
  expect(await hashes()).toEqual(expected());
});

test("killed before it has begun, it has not begun", async () => {
  addKey();
  await killed("before pii-hasher/register-key", rotation);
  newest(inUse());
  await bring("before@x.example");
  expect(await tick()).toBe(200);
  expect(await hashes()).toEqual(expected());
  expect(new Set(await statuses())).toEqual(new Set(["retired", "active"]));
});

test.each([...underWay, ...over])(
  "killed %s, it goes on with the next tick, which hashes what has waited",
  async (place) => {
    keys.push(addKey());
    await bring(`waits.${made}@x.example`);
    await killed(place, rotation);
    // What is over is not taken back.
    if (over.includes(place)) expect((await undoing()).status).toBe(400);
    expect(await tick()).toBe(200);
    expect(await hashes()).toEqual(expected());
    expect((await statuses()).filter((status) => status !== "retired")).toEqual(["active"]);
    expect(await besides()).toEqual([]);
  },
);

/** As far as they differ in what there is to be taken back. */
const halfWay = underWay.filter((place) => !/load \(2\)|set-key-status \(2\)/.test(place));

test.each(halfWay)(
  "killed %s, it can be taken back: row for row as before, and the old key goes on",
  async (place) => {
    const before = await rows();
    addKey();
    await killed(place, rotation);
    expect((await undoing()).status).toBe(200);
    expect(await rows()).toEqual(before);
    expect((await undoing()).status).toBe(400);
    expect(await besides()).toEqual([]);
    newest(inUse());
    await bring(`undone.${made}@x.example`);
    expect(await tick()).toBe(200);
    expect(await hashes()).toEqual(expected());
  },
);

test.each([
  "before pii-hasher/rotation-swap",
  "before pii-hasher/rotation-swap (2)",
  "before pii-hasher/set-key-status (2)",
])("taking it back is killed %s, and goes on with the next tick", async (place) => {
  const before = await rows();
  addKey();
  await killed("before pii-hasher/set-key-status (3)", rotation);
  await killed(place, undoing);
  newest(inUse());
  expect(await tick()).toBe(200);
  expect(await rows()).toEqual(before);
  expect(await besides()).toEqual([]);
});

test("taking it back is killed before all is cleared away: another key makes hashes of its own", async () => {
  addKey();
  await killed("before pii-hasher/rotation-swap", rotation);
  await killed("before tables.delete", undoing);
  expect(await besides()).not.toEqual([]);
  keys.push(addKey());
  expect((await rotation()).status).toBe(200);
  expect(await hashes()).toEqual(expected());
  expect(await besides()).toEqual([]);
});

test.each(["orders", "customers"])("what lay beside %s is gone half way: it still goes on", async (table) => {
  keys.push(addKey());
  await killed("before pii-hasher/rotation-swap (2)", rotation);
  await world.rows(`DROP TABLE \`shop.clean.${table}__rotation\``);
  // Its rows have gone over, and nothing says from what.
  if (table === "orders") {
    const { status, body } = await world.stack.wake(
      world.stack.engine.clock(),
      undefined,
      "/pii-hasher/rotation?undo=1",
    );
    expect([status, body]).toEqual([
      502,
      expect.stringContaining("POST /pii-hasher/rotation finishes the rotation"),
    ]);
  }
  expect((await rotation()).status).toBe(200);
  expect(await hashes()).toEqual(expected());
});

test("a clean table that is not there keeps no other from going over, nor a join with it", async () => {
  await world.rows("DROP TABLE `shop.clean.customers`");
  keys.push(addKey());
  const { status, body } = await world.stack.wake(
    world.stack.engine.clock(),
    undefined,
    "/pii-hasher/rotation",
  );
  expect([status, JSON.parse(body).matches]).toEqual([200, []]);
  expect(await hashes()).toEqual(expected().filter(([id]) => id !== "jane"));
});
