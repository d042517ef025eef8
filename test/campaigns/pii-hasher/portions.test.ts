import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PiiWorld, startPiiWorld } from "../../support/a-pii-world.ts";

/** More than one portion has; the last one arrived later than the others. */
const rows = 100_010;
const later = 10;

/** Too little for two portions that take so long, enough for one and to tell people. */
const limitSeconds = 85;
const longMs = 11_000;

const seen: unknown[] = [];
let isSlow = true;
let begunAt = 0;
let world: PiiWorld;
beforeAll(async () => {
  world = await startPiiWorld({
    timeoutSeconds: { "pii-hasher": limitSeconds },
    gates: {
      async "pii-hasher"({ step, moment }) {
        if (step === "pii-hasher/rows" && moment === "before") begunAt = performance.now();
        if (isSlow && step === "load" && moment === "before")
          await sleep(Math.max(0, longMs - (performance.now() - begunAt)));
        // What is remembered between portions, not at the end.
        if (step === "pii-hasher/save-tables" && moment === "after") seen.push(await progress());
      },
    },
  });
});
afterAll(() => world.close());

async function progress() {
  const [row] = await world.rows(
    "SELECT rows_hashed, rows_left FROM `{{ops}}.pii_tables` WHERE table_id = 'orders'",
  );
  return row ?? null;
}

test("what does not fit the time that a run has is left, said, and done by the next one", async () => {
  await world.rows(`
    INSERT INTO shop.raw.orders (id, extracted_at, email, total)
    SELECT
      n,
      TIMESTAMP_ADD(TIMESTAMP '2026-02-08 06:00:00+00', INTERVAL DIV(n, ${rows - later}) HOUR),
      CONCAT('person.', CAST(n AS STRING), '@x.example'),
      1
    FROM UNNEST(GENERATE_ARRAY(0, ${rows - 1})) AS n`);
  const began = performance.now();
  const first = await world.tick();
  expect(performance.now() - began).toBeLessThan(limitSeconds * 1_000);
  expect(first.json.summary, first.body).toMatchObject({
    inserted: rows - later,
    emptied: rows - later,
    left: later,
  });
  expect(seen).toContainEqual({ rows_hashed: String(rows - later), rows_left: String(later) });

  isSlow = false;
  expect((await world.tick()).json.summary).toMatchObject({ inserted: later, emptied: later, left: 0 });
  expect(await progress()).toEqual({ rows_hashed: String(rows), rows_left: "0" });
  expect(
    await world.rows(`
      SELECT
        (SELECT COUNT(DISTINCT email_hash) FROM shop.clean.orders) AS people,
        (SELECT COUNT(*) FROM shop.clean.orders) AS orders,
        (SELECT COUNTIF(email IS NOT NULL) FROM shop.raw.orders) AS readable`),
  ).toEqual([{ people: String(rows), orders: String(rows), readable: "0" }]);
}, 120_000);
