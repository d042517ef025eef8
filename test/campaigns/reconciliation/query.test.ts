import { afterAll, beforeAll, expect, test } from "vitest";
import { type MorningWorld, startMorningWorld } from "../../support/a-morning-world.ts";

/** A shop in which everything has gone wrong, and the queries that its report shows. */
let world: MorningWorld;
let results: readonly Shown[];

interface Shown {
  readonly check: string;
  readonly subject: string;
  readonly status: string;
  readonly query: string | null;
}

beforeAll(async () => {
  world = await startMorningWorld();
  await world.morning(world.at(0));
  await world.deliver(1);
  const [yesterday, earlier] = [world.day(1, -1), world.day(1, -5)];
  for (const statement of [
    `DELETE FROM {visits} WHERE page = '/' OR day IN ('${earlier}', '${world.day(1, -7)}')`,
    `INSERT INTO {spend} SELECT arrived, NULL, day, campaign, -900 FROM {spend} WHERE day = '${yesterday}' AND ad = 'sale'`,
    `INSERT INTO {orders} SELECT * FROM {orders} WHERE id = '${yesterday}-a'`,
    `UPDATE {spend_by_country} SET spend = 1 WHERE day = '${earlier}' AND country = 'FR'`,
    `DELETE FROM {orders_copy} WHERE id = '${earlier}-b'`,
    `UPDATE {orders} SET campaign = "A stranger's" WHERE id = '${yesterday}-c'`,
    `UPDATE {fees} SET amount = 31.5, arrived = '${yesterday}T12:00:00Z' WHERE day = '${world.day(1, -6)}'`,
    "CREATE OR REPLACE VIEW {spend_clean} AS SELECT * FROM {spend} WHERE ad = 'brand'",
  ])
    await world.sql(statement);
  results = (await world.get()).json.results;
});
afterAll(() => world.close());

const wrong = [
  ["continuity", "visits"],
  ["required", "spend"],
  ["duplicates", "orders"],
  ["breakdown", "spend_by_country"],
  ["parity", "orders_and_copy"],
  ["campaigns", "meta"],
  ["late_changes", "fees"],
  ["raw_vs_clean", "spend_clean"],
  ["spend", "meta"],
  ["volume", "shop.data.visits"],
] as const;

test.each(wrong)("%s of %s: the query runs as it is shown, and has rows to show", async (check, subject) => {
  const result = results.find((it) => it.check === check && it.subject === subject);
  expect(result).toMatchObject({ query: expect.any(String) });
  expect(["warning", "critical"]).toContain(result?.status);
  expect(result?.query).not.toMatch(/@[a-z]|\{\{/);
  const rows = await world.stack.query(result?.query ?? "");
  expect(rows.length).toBeGreaterThan(0);
});

test("whatever shows a query shows one that runs", async () => {
  for (const { query } of results) if (query !== null) await world.stack.query(query);
});
