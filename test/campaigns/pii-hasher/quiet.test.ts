import { afterAll, beforeAll, expect, test } from "vitest";
import { messages } from "../../support/a-dedup-world.ts";
import { customer, order, type PiiWorld, startPiiWorld } from "../../support/a-pii-world.ts";

let world: PiiWorld;
beforeAll(async () => {
  world = await startPiiWorld();
});
afterAll(() => world.close());

const mebibyte = 2 ** 20;

/** What a run asked BigQuery, and what that is billed. */
async function costOf(run: () => Promise<unknown>) {
  const before = world.stack.engine.jobs.length;
  await run();
  const jobs = world.stack.engine.jobs
    .slice(before)
    .filter(({ labels }) => labels.plumbline_function === "pii-hasher");
  return {
    statements: jobs.map(({ labels }) => labels.plumbline_statement),
    mebibytes: jobs.reduce((sum, { bytesBilled }) => sum + bytesBilled, 0) / mebibyte,
  };
}

async function etags(): Promise<readonly unknown[]> {
  const tables = [
    "raw.orders",
    "raw.customers",
    "clean.orders",
    "clean.customers",
    "plumbline_ops.pii_tables",
  ];
  return Promise.all(
    tables.map(async (name) => {
      const [dataset = "", table = ""] = name.split(".");
      const [{ etag, lastModifiedTime }] = await world.stack
        .client()
        .dataset(dataset)
        .table(table)
        .getMetadata();
      return { name, etag, lastModifiedTime };
    }),
  );
}

test("an hour without news is looked at once, then asked about by one small query each time, and searched at its end", async () => {
  await world.append("orders", order({ id: 1, email: "one@x.example" }), order({ id: 2 }));
  await world.append("customers", customer({ id: "a", phone: 16505551212 }));
  // Hashed, then nothing found to be hashed and everything searched.
  await world.tick();
  const told = messages(world);
  const look = await costOf(() => world.tick());
  expect(look.statements).toContain("pii-hasher_portions");
  const before = await etags();
  const ticks = [];
  for (let nth = 1; nth <= 11; nth += 1) ticks.push(await costOf(() => world.tick()));
  for (const { statements, mebibytes } of ticks) {
    expect(statements).toEqual(["pii-hasher_tables", "runs_record-run"]);
    // The query is billed the least that one can be, and so is the line that a run leaves of itself.
    expect(mebibytes).toBe(20);
  }
  expect(await etags()).toEqual(before);

  // Leaks are looked for every hour; what was not written since is not read again.
  const search = await costOf(() => world.tick());
  expect(search.statements).toContain("pii-search_read-searches");
  expect(search.statements).not.toContain("pii-search_search");
  expect(search.statements).not.toContain("pii-hasher_portions");
  expect(told()).toEqual([]);
  console.log(JSON.stringify({ look, search }));

  await world.append("customers", customer({ id: "b", email: "news@x.example" }));
  expect((await world.tick()).json.summary).toMatchObject({ inserted: 1, emptied: 1 });
});
