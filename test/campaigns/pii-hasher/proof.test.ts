import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { key, keySecret } from "../../support/a-pii-world.ts";
import { type ProvedShop, planted, startProvedShop } from "../../support/a-proved-shop.ts";
import { hours } from "../../support/a-source.ts";

let shop: ProvedShop;
beforeAll(async () => {
  shop = await startProvedShop();
  await shop.rows("CREATE SCHEMA `shop.kept`");
});
afterAll(() => shop.close());

const passes = { status: "ok", open: [], found: [] };
const searchFails = "search every text of every table: critical";
const digest = (algorithm: string, text: string, as: "hex" | "base64" = "hex") =>
  createHash(algorithm).update(text).digest(as);
const [bob, bobsNumber] = ["bob.leaked@x.example", "+1 650 555 0177"];

/** What stands in a review where it must not, as SQL; the value, which no answer holds; what is found. */
type InText = readonly [set: string, value: string, ...found: string[]];

const unsalted = (hash: string): InText => [`'${hash}' AS code`, hash, "canary_unsalted_hash code 1"];

const inTexts: Readonly<Record<string, InText>> = {
  in_a_text: [`'${bob}' AS code`, bob, "plaintext_email code 1"],
  in_json: [`JSON '{"customer":{"email":"${bob}"}}' AS payload`, bob, "plaintext_email payload 1"],
  in_a_list_in_a_list: [
    `[STRUCT('bag' AS sku, [STRUCT('engraving' AS name, 'for ${bob}' AS note)] AS options)] AS items`,
    bob,
    "plaintext_email items[].options[].note 1",
  ],
  in_a_sentence: [`'Please write to ${bob}, thanks' AS notes`, bob, "plaintext_email notes 1"],
  number_in_a_sentence: [
    `'ask for Bob at ${bobsNumber} after six' AS notes`,
    bobsNumber,
    "plaintext_phone notes 1",
  ],
  number_as_a_number: ["16505550177 AS contact_phone", "16505550177", "plaintext_phone contact_phone 1"],
  planted: [
    `'of ${planted.email.toUpperCase()}' AS notes`,
    planted.email,
    "canary_plain notes 1",
    "plaintext_email notes 1",
  ],
  planted_sha256: unsalted(digest("sha256", planted.email)),
  planted_sha1: unsalted(digest("sha1", planted.email)),
  planted_md5: unsalted(digest("md5", planted.email)),
  planted_number_sha256: unsalted(digest("sha256", planted.phone)),
  planted_sha256_base64: unsalted(digest("sha256", planted.email, "base64")),
};

/** What is wrong with the tables that the function keeps, as SQL, and what does not pass then. */
interface InTable {
  readonly table: "raw.orders" | "clean.orders" | "clean.customers";
  readonly sql: string;
  readonly open: readonly string[];
  readonly found?: readonly string[];
  readonly value?: string;
}

const inOrders = (sql: string, ...open: string[]): InTable => ({ table: "clean.orders", sql, open });

const inTables: Readonly<Record<string, InTable>> = {
  "an address in a column that is no hash": {
    ...inOrders(`UPDATE TABLE SET country = '${bob}' WHERE id = 1`, searchFails),
    found: ["shop.clean.orders plaintext_email country 1"],
    value: bob,
  },
  "something else where a hash must be": {
    ...inOrders(
      "UPDATE TABLE SET email_hash = 'no-hash-at-all' WHERE id = 4",
      "format orders: critical",
      searchFails,
    ),
    found: ["shop.clean.orders not_a_hash email_hash 1"],
    value: "no-hash-at-all",
  },
  "the hash of nothing": {
    ...inOrders(`UPDATE TABLE SET phone_hash = '${digest("sha256", "")}' WHERE id = 4`, searchFails),
    found: ["shop.clean.orders hash_of_nothing phone_hash 1"],
  },
  "a raw row in plain text again": {
    table: "raw.orders",
    sql: `UPDATE TABLE SET email = '${bob}' WHERE id = 1`,
    open: ["readable orders: critical"],
    value: bob,
  },
  "a fact that is missing": inOrders("DELETE FROM TABLE WHERE id = 6", "hashed orders: critical"),
  "a fact that is there twice": inOrders(
    "INSERT INTO TABLE SELECT * FROM TABLE WHERE id = 6",
    "hashed orders: critical",
  ),
  "a row of another key": inOrders(
    "UPDATE TABLE SET _key_generation = 7 WHERE id = 2",
    "one_key orders: critical",
  ),
  "customers who were hashed otherwise": {
    table: "clean.customers",
    sql: "UPDATE TABLE SET email_hash = TO_HEX(SHA256(email_hash)) WHERE TRUE",
    open: ["matches orders.email_hash: critical"],
  },
};

describe("the proof of a clean shop", () => {
  test.each([48, 168])("says until when emptied text can be had: %i h by a query", async (window) => {
    await shop.rows(`ALTER SCHEMA \`shop.raw\` SET OPTIONS (max_time_travel_hours = ${window})`);
    const [orders] = (await shop.proof()).json.tables;
    const emptied = Date.parse("2026-02-08T12:05:00Z");
    const later = (count: number) => new Date(emptied + hours(count)).toISOString();
    expect(orders.recoverable).toEqual({
      emptied_at: later(0),
      queryable_until: later(window),
      fail_safe_until: later(window + 7 * 24),
      time_travel_hours: window,
    });
  });
});

describe("what can be read", () => {
  const copies = Object.entries(inTexts).map(([name, [set, value, ...found]]) => ({
    table: `shop.clean.reviews_${name}`,
    set,
    value,
    found,
  }));

  test("in any text of any table is found, told by table and column, and never quoted", async () => {
    for (const { table, set } of copies)
      await shop.rows(`CREATE TABLE \`${table}\` AS SELECT * REPLACE (${set}) FROM \`shop.clean.reviews\``);
    const { status, open, found, body } = await shop.proof();
    expect({ status, open }).toEqual({
      status: "critical",
      open: [searchFails, "canaries test persons: critical"],
    });
    const expected = copies.flatMap((it) => it.found.map((one) => `${it.table} ${one}`));
    expect(found.toSorted()).toEqual(expected.toSorted());
    for (const { value } of copies) expect(body.toLowerCase()).not.toContain(value.toLowerCase());
  });

  test("and when it is gone, the proof passes", async () => {
    for (const { table } of copies) await shop.rows(`DROP TABLE \`${table}\``);
    expect(await shop.proof()).toMatchObject(passes);
  });
});

describe("a clean table", () => {
  test.each(Object.entries(inTables))(
    "with %s makes the proof fail; mended again it passes",
    async (_, leak) => {
      const { table, sql, value } = leak;
      await shop.rows(`CREATE TABLE \`shop.kept\`.good AS SELECT * FROM \`shop.${table}\``);
      await shop.rows(sql.replaceAll("TABLE", `\`shop.${table}\``));
      const { status, open, found, body } = await shop.proof();
      await shop.rows(`DELETE FROM \`shop.${table}\` WHERE TRUE`);
      await shop.rows(`INSERT INTO \`shop.${table}\` SELECT * FROM \`shop.kept\`.good`);
      await shop.rows("DROP TABLE `shop.kept`.good");
      expect({ status, open, found }).toEqual({
        status: "critical",
        open: leak.open,
        found: leak.found ?? [],
      });
      if (value !== undefined) expect(body).not.toContain(value);
      expect(await shop.proof()).toMatchObject(passes);
    },
  );
});

test("no value that was found is in the log, or in any job of the function", () => {
  const { engine } = shop.stack;
  const jobs = engine.jobs.filter(({ labels }) => labels.plumbline_function !== undefined);
  const left = [JSON.stringify(jobs), shop.stack.called("pii-hasher").logs().join("\n")];
  expect(left[0]).toContain("pii_search");
  expect(left[1]).toContain("/proof");
  const values = [
    ...Object.values(inTexts).map(([, value]) => value),
    ...Object.values(inTables).map((it) => it.value),
  ];
  for (const value of values.filter((it) => it !== undefined))
    for (const text of left) expect(text.toLowerCase()).not.toContain(value.toLowerCase());
});

describe("the function itself", () => {
  test("another key in the secret fails, and the registered one again passes", async () => {
    shop.stack.secrets.addVersion(keySecret, key.split("").toReversed().join(""));
    const proof = await shop.proof();
    expect(proof.open).toEqual(["key registry: critical"]);
    shop.stack.secrets.addVersion(keySecret, key);
    expect(await shop.proof()).toMatchObject(passes);
  });

  test("a key that may not be read fails, and says why", async () => {
    shop.stack.secrets.deny(keySecret);
    const { open, json } = await shop.proof();
    shop.stack.secrets.deny(keySecret, false);
    expect(open).toEqual(["key registry: critical"]);
    expect(JSON.stringify(json.claims)).toContain("No permission to read");
  });

  test("stopped for 40 minutes it fails, and passes after its next run", async () => {
    shop.stack.turnTo(new Date(shop.stack.engine.clock().getTime() + hours(40 / 60)));
    expect((await shop.proof()).open).toEqual(["jobs pii-hasher: critical"]);
    await shop.tick(shop.nextTick(hours(50 / 60)));
    expect(await shop.proof()).toMatchObject(passes);
  });
});
