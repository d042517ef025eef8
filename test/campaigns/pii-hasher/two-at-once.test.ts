import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aBarrier } from "../../support/a-barrier.ts";
import { aLedger, type Ledger } from "../../support/a-ledger.ts";
import { type Answer, type PiiWorld, startPiiWorld } from "../../support/a-pii-world.ts";
import { mayPass } from "../../support/a-small-stack.ts";

/** Left alone, one of two may be done before the other begins. Here both have seen that there is work before either takes it. */
const taking = aBarrier("runs/take-lease");

let world: PiiWorld;
let ledger: Ledger;
beforeAll(async () => {
  world = await startPiiWorld({ processes: 2, gates: { "pii-hasher": taking.gate } });
  ledger = aLedger(world);
});
afterAll(() => world.close());

/** As Cloud Scheduler would: again while it says that it may be tried again. */
async function wakePatiently(at: Date, process: number): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await world.post(at, process);
    if (!mayPass(answer.status) || tries > 6) return answer;
    expect(answer.status, answer.body).toBe(503);
    await sleep(50 * tries);
  }
}

let orders = 0;
async function newRows(): Promise<void> {
  const known = orders;
  orders += 2;
  const twice = { order: orders, hour: 1, person: orders };
  await ledger.bring(twice, twice, { order: orders - 1, hour: 1, person: null });
  if (known > 0) await ledger.bring({ order: known, hour: 2, person: orders + 1_000 });
}

const rounds = 10;

describe("two runs at once", () => {
  test.each(["the same tick", "two ticks"])(
    `woken for %s: one works, the other does not, and no row is lost or there twice, ${rounds} rounds`,
    async (how) => {
      const met = taking.meetings;
      let busy = 0;
      for (let round = 1; round <= rounds; round += 1) {
        await newRows();
        taking.up = round % 2 === 0;
        const earlier = world.nextTick();
        const later = how === "the same tick" ? earlier : world.nextTick();
        const answers = await Promise.all([wakePatiently(earlier, 0), wakePatiently(later, 1)]);
        taking.up = false;
        expect(
          answers.map(({ status }) => status),
          JSON.stringify(answers),
        ).toEqual([200, 200]);
        busy += answers.filter(({ json }) => json.busy === true).length;
        const inserted = answers.map(({ json }) => json.summary?.inserted ?? 0);
        expect(Math.max(...inserted), `round ${round}: ${JSON.stringify(answers)}`).toBe(2);
        expect(await ledger.undone(), `round ${round}`).toEqual([]);
      }
      console.log(`met ${taking.meetings - met} times, busy ${busy} times`);
      expect(taking.meetings).toBeGreaterThan(met);
      expect(busy).toBeGreaterThan(0);
    },
    120_000,
  );
});
