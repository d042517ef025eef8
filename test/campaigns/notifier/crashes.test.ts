import { afterAll, beforeAll, expect, test } from "vitest";
import { worldStart } from "../../../infra/local/clock.ts";
import { aKiller, allUp, endLeases, renew } from "../../support/a-killer.ts";
import { type SmallStack, startSmallStack } from "../../support/a-small-stack.ts";
import { days, hours } from "../../support/a-source.ts";
import { listen } from "../../support/listen.ts";

/**
 * The notifier's process is ended by SIGKILL at every place on its way: before a server has what it sends, and
 * after the server has done it, before the process hears of that. Pub/Sub brings the notice again.
 */
let stack: SmallStack;
const killer = aKiller("notifier", () => stack);
beforeAll(async () => {
  stack = await startSmallStack({
    sources: [{ id: "a", connector: "x" }],
    processes: 2,
    gates: { notifier: killer.gate },
  });
});
afterAll(() => stack.close());

let accidents = 0;

/** One notice, and what became of it on each channel. */
async function run(place: string | null) {
  accidents += 1;
  const midnight = worldStart.getTime() + days(accidents);
  await stack.forget();
  await stack.arrive("a", new Date(midnight));
  const heard = listen(stack);

  killer.begin();
  if (place !== null) killer.killAt(place);
  expect((await stack.wake(new Date(midnight + hours(3)))).status).toBe(200);
  if (place !== null) {
    const delivered = stack.settle().then(() => {
      throw new Error(`it never came to this place: ${place}`);
    });
    await Promise.race([killer.killed, delivered]);
  }
  const passed = killer.path.filter((it) => it !== place);
  if (place !== null) await endLeases(stack);
  await stack.settle();
  const path = [...killer.path];

  // Each channel is recorded by a statement of its own, once its server has answered.
  const recorded = [...passed, place].filter((it) =>
    it?.startsWith("after notifier/record-deliveries"),
  ).length;
  const mayBeTwice = (taking: string) => passed.includes(taking) || place === `after${taking.slice(6)}`;
  const { slack: inSlack, mail: byMail } = heard();
  const [slack, mail] = [inSlack.length, byMail.length];
  const right = [
    slack === 1 || (slack === 2 && mayBeTwice("before Slack message")),
    mail === 1 || (mail === 2 && mayBeTwice("before SMTP message")),
    slack + mail <= 4 - recorded,
    (await stack.deliveries()).map(({ channel, status }) => `${channel} ${status}`).join() ===
      "alerts sent,inbox sent",
  ].every(Boolean);
  return { path, row: { place, slack, mail, right } };
}

test("a notifier that is killed brings each notice once, or twice where it dies between sending and recording", async () => {
  const { path, row } = await run(null);
  expect(row).toEqual({ place: null, slack: 1, mail: 1, right: true });
  expect(path.length).toBeGreaterThan(15);

  await renew(stack, "notifier");
  const rows = [];
  for (const place of path) {
    rows.push((await run(place)).row);
    await allUp(stack, "notifier");
  }
  console.table(rows);
  expect(rows.filter(({ right }) => !right)).toEqual([]);
  // The window is there, and it was hit: otherwise this proves nothing of it.
  expect(rows.find(({ place }) => place === "after Slack message")?.slack).toBe(2);
  expect(rows.find(({ place }) => place === "after SMTP message")?.mail).toBe(2);
  expect(stack.deadLettered()).toBe(0);
}, 300_000);
