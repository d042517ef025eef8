import { afterAll, beforeAll, expect, test } from "vitest";
import { worldStart } from "../../infra/local/clock.ts";
import { type SmallStack, startSmallStack } from "../support/a-small-stack.ts";
import { hours } from "../support/a-source.ts";
import type { Gate } from "../support/checkpoints.ts";

/** A watchdog that is given two seconds, and a BigQuery that can be made to keep it waiting. */
let stack: SmallStack;
let hold: Promise<void> | null = null;
const asked: string[] = [];
const gate: Gate = async ({ server, step, moment }) => {
  if (moment !== "before") return;
  asked.push(`${server} ${step}`);
  await hold;
};
beforeAll(async () => {
  stack = await startSmallStack({
    sources: [{ id: "a", connector: "x" }],
    timeoutSeconds: { "sync-watchdog": 2 },
    gates: { "sync-watchdog": gate },
  });
});
afterAll(() => stack.close());

/** Several statements, one after the other. */
const ask = () => fetch(`${stack.url}/sync-watchdog?dry_run=1`);

test("a request that waits too long is answered, goes no further, and leaves the instance to the next", async () => {
  const warm = await ask();
  expect(warm.status).toBe(200);
  const estimate = await warm.json();
  const usual = asked.splice(0);
  expect(usual.length).toBeGreaterThan(1);
  const pid = stack.called("sync-watchdog").pid();

  const released = Promise.withResolvers<void>();
  hold = released.promise;
  const late = await ask();
  expect(late.status).toBe(503);
  expect(late.headers.get("content-type")).toContain("application/problem+json");
  hold = null;
  expect(asked.splice(0)).toEqual(usual.slice(0, 1));
  released.resolve();

  const next = await ask();
  expect(next.status).toBe(200);
  expect(await next.json()).toEqual(estimate);
  // Of the first nothing more: what was asked since is what one request asks.
  expect(asked).toEqual(usual);
  expect(stack.called("sync-watchdog").pid()).toBe(pid);
  expect(stack.called("sync-watchdog").crashes()).toBe(0);
});

test("a tick without the time to tell people begins nothing, and says what to change", async () => {
  asked.length = 0;
  const { status, body } = await stack.wake(new Date(worldStart.getTime() + hours(3)));
  await stack.settle();
  expect(status).toBe(500);
  expect(body).toContain("too short to publish notices");
  expect(asked.filter((it) => /alerting|Pub\/Sub|record/.test(it))).toEqual([]);
  expect(stack.slack).toHaveLength(0);
});
