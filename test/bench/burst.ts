import { setTimeout as sleep } from "node:timers/promises";
import { worldStart } from "../../infra/local/clock.ts";
import { startSmallStack } from "../support/a-small-stack.ts";
import type { Section, Size } from "./figures.ts";

const sources = { full: 500, quick: 20 };
/** What Slack takes at once, and each second after that. */
const limit = { burst: 4, perSecond: 1 };

/**
 * Sources that break at one tick, from the call of Cloud Scheduler to the last message, through cold processes,
 * Pub/Sub, and a Slack that takes no more than Slack takes. Beside it, the time that Slack alone would need for a
 * message a cause.
 */
export async function burst(size: Size): Promise<Section> {
  const many = sources[size];
  const cases = [
    { name: `${many} sources, ${many} connectors`, causes: many, connectorOf: (n: number) => `c${n}` },
    { name: `${many} sources, one connector`, causes: 1, connectorOf: () => "c" },
  ];
  const rows: string[][] = [];
  for (const { name, causes, connectorOf } of cases) {
    const broken = Array.from({ length: many }, (_, n) => ({ id: `s${n}`, connector: connectorOf(n) }));
    const stack = await startSmallStack({ sources: broken, slackBurst: limit.burst });
    try {
      const started = performance.now();
      const seconds = () => (performance.now() - started) / 1000;
      const tick = await stack.wake(new Date(worldStart.getTime() + 3 * 3_600_000));
      if (tick.status !== 200) throw new Error(`the tick answered ${tick.status}: ${tick.body}`);
      const answered = seconds();
      let last = answered;
      let seen = 0;
      let settled = false;
      void stack.settle().then(() => {
        settled = true;
      });
      while (!settled) {
        if (stack.slack.length > seen) last = seconds();
        seen = stack.slack.length;
        await sleep(10);
      }
      const apart = Math.max(0, causes - limit.burst) / limit.perSecond;
      rows.push([
        name,
        String(stack.slack.length),
        String(stack.mails.length),
        String(stack.refusals()),
        answered.toFixed(1),
        last.toFixed(1),
        (stack.slack.length / last).toFixed(2),
        apart.toFixed(0),
      ]);
    } finally {
      await stack.close();
    }
  }
  return {
    title: "A burst: everything breaks at one tick",
    columns: [
      "what breaks",
      "Slack",
      "mails",
      "429s",
      "s to decide",
      "s to the last",
      "messages/s",
      "s if told apart",
    ],
    rows,
    notes: [
      `Slack's own limit is ${limit.perSecond} message a second after ${limit.burst} at once; the sink enforces it.`,
    ],
  };
}
