import { afterAll, beforeAll } from "vitest";
import { type MorningWorld, startMorningWorld, warehouseFile } from "./a-morning-world.ts";

/**
 * The function as deployed, over a shop with people in it. Refunds lie in a dataset of their own, which may not be read at
 * times; an order names a person where its campaign should be.
 */
export const person = "jane.doe@shop.example";
export const secrets = [
  "a key for tests that nobody has to guess",
  "/services/",
  "the key that people are hashed with",
];

/** What its warehouse file has beside those of every morning. */
export const lines = {
  sources: [
    "  refunds: { table: apart.refunds, connector: shop, owner: shop, arrival: arrived, business_date: day, unique_key: [id] }",
    "  customers: { table: data.customers, connector: shop, owner: shop, arrival: arrived, business_date: day, unique_key: [id] }",
  ],
  rest: [
    "pii:",
    "  key: identity",
    "  search: [data]",
    "  tables:",
    "    customers: { clean: data.customers_clean, emails: { email: email_hash } }",
  ],
};

export interface PeopleShop {
  readonly world: MorningWorld;
  /** What the last run found cannot be read. */
  forgets: boolean;
}

/** Made before the tests of a file, and ended after them. */
export function useShopWithPeople(): PeopleShop {
  let world: MorningWorld | undefined;
  const shop = {
    forgets: false,
    get world() {
      if (world === undefined) throw new Error("the shop is not open yet");
      return world;
    },
  };
  beforeAll(async () => {
    world = await startMorningWorld({
      gates: {
        async reconciliation({ step, moment }) {
          if (shop.forgets && step === "reconciliation/last-results" && moment === "before")
            throw new Error("away");
        },
      },
      file: warehouseFile(lines),
      secrets: { identity: "the key that people are hashed with" },
    });
    const { engine } = world.stack;
    await engine.createDataset("shop.apart", { location: "US", at: engine.clock() });
    await world.sql("CREATE TABLE `shop.apart.refunds` AS SELECT arrived, id, day FROM {orders}");
    await world.sql(
      `CREATE TABLE {customers} AS SELECT arrived, id, day, '${person}' AS email FROM {orders}`,
    );
    await world.sql(`UPDATE {orders} SET campaign = '${person}' WHERE id = '${world.day(0, -1)}-a'`);
  });
  afterAll(() => world?.close());
  return shop;
}
