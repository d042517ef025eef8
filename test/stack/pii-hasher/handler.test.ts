import { afterAll, beforeAll, expect, test } from "vitest";
import { hashOf, order } from "../../support/a-pii-world.ts";
import { type ProvedShop, startProvedShop } from "../../support/a-proved-shop.ts";
import { hours } from "../../support/a-source.ts";
import { cleanOf, stateOf } from "../../support/pii-state.ts";

/** The function as deployed. Every kind of row, of leak and of upload: test/campaigns/pii-hasher. */
let shop: ProvedShop;
beforeAll(async () => {
  shop = await startProvedShop();
});
afterAll(() => shop.close());

const passes = { status: "ok", open: [], found: [] };
const email = (value: string) => hashOf("email", value);

test("the proof of a clean shop passes every claim, counts by column who is hashed and who gave nothing, and who is found by a join", async () => {
  const proof = await shop.proof();
  expect(proof).toMatchObject(passes);
  expect(
    proof.json.claims.map(({ claim, subject }: Record<string, string>) => `${claim} ${subject}`),
  ).toEqual([
    ...["orders", "customers"].flatMap((table) =>
      ["hashed", "readable", "nulls", "format", "one_key"].map((claim) => `${claim} ${table}`),
    ),
    "matches orders.email_hash",
    "key registry",
    "jobs pii-hasher",
    "search every text of every table",
    "canaries test persons",
  ]);
  const { json } = proof;
  expect(json.tables[0]).toMatchObject({
    raw_rows: 6,
    clean_rows: 6,
    readable_rows: 0,
    missing: 0,
    columns: [
      { column: "email", hash: "email_hash", hashed: 5, never_given: 1, readable: 0 },
      { column: "phone", hash: "phone_hash", hashed: 3, never_given: 3, readable: 0 },
    ],
  });
  expect(json.matches).toEqual([
    { of: "orders.email_hash", hashes: 4, matching: 3, share: 0.75, unmatched_are: "guest checkouts" },
  ]);
  const { text } = json.claims.find(({ claim }: { claim: string }) => claim === "matches");
  expect(text).toBe(
    "3 of 4 different persons of orders are also in customers (75 %); the others are guest checkouts.",
  );
});

test("an order delivered twice is one row; of its versions the one that arrived last counts, whenever it comes", async () => {
  await shop.append(
    "orders",
    order({ id: 10, email: "twice@x.example", total: 5 }),
    order({ id: 10, email: "twice@x.example", total: 5 }),
    order({ id: 11, hour: 0, email: "old@x.example" }),
    order({ id: 11, hour: 1, email: "new@x.example" }),
  );
  await shop.tick();
  expect(await stateOf(shop, 10)).toEqual({ readable: [], hashes: [[email("twice@x.example"), null]] });
  expect(await stateOf(shop, 11)).toEqual({ readable: [], hashes: [[email("new@x.example"), null]] });

  await shop.append(
    "orders",
    order({ id: 10, hour: 2, email: "moved@x.example", total: 7 }),
    order({ id: 11, hour: -1_000, email: "older@x.example" }),
    order({ id: 12, hour: -1_000, email: "late@x.example" }),
  );
  expect((await shop.tick()).json.summary).toMatchObject({ inserted: 1, updated: 1, emptied: 3 });
  expect(await stateOf(shop, 10)).toEqual({ readable: [], hashes: [[email("moved@x.example"), null]] });
  expect(await cleanOf(shop, 10)).toMatchObject([{ total: "7" }]);
  expect(await stateOf(shop, 11)).toEqual({ readable: [], hashes: [[email("new@x.example"), null]] });
  expect(await stateOf(shop, 12)).toEqual({ readable: [], hashes: [[email("late@x.example"), null]] });
});

test("a run that failed makes the proof fail for an hour", async () => {
  await shop.append("orders", { id: 7, extracted_at: "2026-02-08 12:00:00+00", email: "new@x.example" });
  shop.stack.engine.denyAccess("shop.clean");
  expect((await shop.post(shop.nextTick())).status).toBeGreaterThanOrEqual(500);
  shop.stack.engine.allowAccess("shop.clean");
  const { status, body } = await shop.tick(shop.nextTick());
  expect(status, body).toBe(200);
  expect((await shop.proof()).open).toEqual(["jobs pii-hasher: critical"]);
  await shop.tick(shop.nextTick(hours(1.1)));
  expect(await shop.proof()).toMatchObject(passes);
});
