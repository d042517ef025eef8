import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messages } from "../../support/a-dedup-world.ts";
import { hashOf, key, keySecret, order, type PiiWorld, startPiiWorld } from "../../support/a-pii-world.ts";
import { hours } from "../../support/a-source.ts";

let world: PiiWorld;
beforeAll(async () => {
  world = await startPiiWorld({ wanted: { key: "no-such-secret" } });
  await world.append("orders", order({ id: 0, email: "zero@x.example" }));
});
afterAll(() => world.close());

const another = "0d5a3c4be1f2490786ab11d2e3f40a5b6c7d8e9fa0b1c2d3e4f5061728394a5b";
const add = (value: string) => void world.stack.secrets.addVersion(keySecret, value);

interface Refusal {
  readonly name: string;
  readonly spoil: () => unknown;
  /** In the answer and the message. */
  readonly says: RegExp;
  /** How to mend it. */
  readonly fix: RegExp;
  readonly mend?: () => unknown;
}

/** The right key again, as another version. */
const putBack = () => add(key);

const refusals: readonly Refusal[] = [
  {
    name: "missing",
    spoil: () => world.want({ key: "no-such-secret" }),
    says: /There is no latest version of secret no-such-secret/,
    fix: /gcloud secrets versions add no-such-secret/,
    mend: () => world.want({}),
  },
  { name: "empty", spoil: () => add(""), says: /empty/, fix: /openssl rand -hex 32/ },
  { name: "blank", spoil: () => add("   "), says: /blank|empty/, fix: /openssl rand -hex 32/ },
  {
    name: "followed by a newline",
    spoil: () => add(`${key}\n`),
    says: /newline/,
    fix: /openssl rand|tr -d/,
  },
  { name: "too short", spoil: () => add("0123456789abcdef"), says: /32/, fix: /openssl rand -hex 32/ },
  {
    name: "not readable by the function",
    spoil: () => world.stack.secrets.deny(keySecret),
    says: /No permission to read/,
    fix: /roles\/secretmanager.secretAccessor/,
    mend: () => world.stack.secrets.deny(keySecret, false),
  },
  {
    name: "disabled",
    spoil: () =>
      world.stack.secrets.disableVersion(keySecret, world.stack.secrets.addVersion(keySecret, key)),
    says: /disabled or destroyed/,
    fix: /gcloud secrets versions add identity-key/,
  },
  {
    name: "another one",
    spoil: () => add(another),
    says: /fingerprint [0-9a-f]{16}\) is not the registered one/,
    fix: /make the old key the newest version again: gcloud secrets versions access 1 --secret=identity-key/,
  },
];

/** Everything that a run writes about people. */
async function written() {
  const [raw, clean] = await Promise.all([world.raw("orders"), world.clean("orders")]);
  const tables = await world.rows("SELECT table_id FROM `shop.raw.__TABLES__` ORDER BY table_id");
  return JSON.stringify({ raw, clean, tables, keys: await world.rows("SELECT * FROM `{{ops}}.pii_keys`") });
}

test("before there is any hash, a key that is refused makes no table, and registers nothing", async () => {
  expect((await world.tick()).json.key.code).toBe("key_unreadable");
  expect(await world.rows("SELECT table_id FROM `shop.clean.__TABLES__`")).toEqual([]);
  expect(await world.rows("SELECT * FROM `{{ops}}.pii_keys`")).toEqual([]);
  expect((await world.raw("orders"))[0]?.email).toBe("zero@x.example");
  await world.want({});
  expect((await world.tick()).json.summary).toMatchObject({ inserted: 1, emptied: 1 });
  // By the next search there is a clean table to be searched.
  await world.tick(world.nextTick(hours(1)));
});

describe("a key that is", () => {
  test.each(refusals)(
    "$name is refused: nothing is written, it is told once how to mend it, and then all is hashed",
    async ({ spoil, says, fix, mend = putBack }) => {
      const told = messages(world);
      const id = refusals.findIndex((it) => it.says === says) + 1;
      await spoil();
      await world.append("orders", order({ id, email: `waits.${id}@x.example` }));
      const before = await written();
      const answers = [await world.tick(), await world.tick()];
      for (const { status, body, json } of answers) {
        expect(status, body).toBe(200);
        expect(json.key.text).toMatch(says);
        expect(json.summary).toMatchObject({ inserted: 0, emptied: 0 });
      }
      expect(await written()).toBe(before);
      expect(told()).toHaveLength(1);
      expect(told()[0]?.headline).toContain("Personal data is not hashed: the key may not be used");
      expect(told()[0]?.text).toMatch(says);
      expect(told()[0]?.text).toMatch(fix);
      expect(told()[0]?.text).toContain("1 row that can be read");
      for (const secret of [key, another]) expect(JSON.stringify([answers, told()])).not.toContain(secret);

      await mend();
      expect((await world.tick()).json.summary).toMatchObject({ inserted: 1, emptied: 1 });
      expect((await world.clean("orders")).find((row) => row.id === String(id))?.email_hash).toBe(
        hashOf("email", `waits.${id}@x.example`),
      );
      expect(told().map(({ headline }) => headline.includes("Recovered"))).toEqual([false, true]);
    },
  );
});

test("a registry that was emptied while there are hashes is refused, until it is brought back", async () => {
  const told = messages(world);
  await world.rows("CREATE TABLE `{{ops}}.kept` AS SELECT * FROM `{{ops}}.pii_keys`");
  await world.rows("DELETE FROM `{{ops}}.pii_keys` WHERE TRUE");
  await world.append("orders", order({ id: 90, email: "ninety@x.example" }));
  const before = await written();
  for (const { json } of [await world.tick(), await world.tick()])
    expect(json.key.code).toBe("key_unregistered");
  expect(await written()).toBe(before);
  expect(told()).toHaveLength(1);
  expect(told()[0]?.text).toMatch(/Bring back the table pii_keys/);
  await world.rows("INSERT INTO `{{ops}}.pii_keys` SELECT * FROM `{{ops}}.kept`");
  expect((await world.tick()).json.summary).toMatchObject({ inserted: 1, emptied: 1 });
  expect(told()).toHaveLength(2);
});

test("the right key in a new version goes on as before", async () => {
  const told = messages(world);
  putBack();
  await world.append("orders", order({ id: 91, email: "zero@x.example" }));
  expect((await world.tick()).json.summary).toMatchObject({ inserted: 1, emptied: 1 });
  const hashes = (await world.clean("orders"))
    .filter(({ id }) => id === "0" || id === "91")
    .map((row) => row.email_hash);
  expect(new Set(hashes).size).toBe(1);
  expect(told()).toEqual([]);
});
