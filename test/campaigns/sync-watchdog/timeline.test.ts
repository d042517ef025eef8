import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NoticeReason } from "../../../functions/shared/alerting/types.ts";
import { findGoogleEmulator } from "../../emulators/pubsub/google-emulator.ts";
import { googlePubSub, localPubSub } from "../../support/a-pubsub.ts";
import { type SmallStack, startSmallStack } from "../../support/a-small-stack.ts";
import { hours } from "../../support/a-source.ts";

/**
 * Four days hour by hour, as people hear them. Every hour says what the watchdog decides, silences too, and an
 * hour that is not named says that nothing is open. So the number of messages is known: not one more may come.
 */
const midnight = new Date("2026-02-09T00:00:00Z");
const at = (hour: number) => new Date(midnight.getTime() + hours(hour));

const slow = { every: "12h", warnAfter: "12h", criticalAfter: "20h" };
const sources = [
  { id: "a", connector: "x", due: slow },
  { id: "b", connector: "x", due: slow },
  { id: "c", connector: "y" },
  { id: "d", connector: "z" },
];

const tell = [
  'heartbeat_at: "08:00"',
  "acknowledge: { secret: ack-key }",
  "silences:",
  `  - { why: The vendor moves house, from: "${at(79).toISOString()}", until: "${at(85).toISOString()}", sources: [d] }`,
];

interface Line {
  readonly hours: readonly number[];
  /** A source delivers at this hour, and not again until it is said to. */
  readonly last?: string;
  readonly again?: string;
  /** Somebody follows the link in the latest message; the hours they take it on for, where they say so. */
  readonly acknowledge?: { readonly for?: string };
  readonly decided?: NoticeReason;
  /** In the text of the message. */
  readonly words?: RegExp;
}

const hour = (of: number, rest: Omit<Line, "hours">): Line => ({ hours: [of], ...rest });
const from = (first: number, last: number, decided: NoticeReason): Line => ({
  hours: Array.from({ length: last - first + 1 }, (_, n) => first + n),
  decided,
});

const story: readonly Line[] = [
  ...[8, 32, 56, 80].map((eight) => hour(eight, { decided: "heartbeat", words: /4 sources evaluated/ })),

  // One of two sources of a connector stops, gets worse, takes the other along, and both come back.
  hour(0, { last: "a" }),
  hour(9, { last: "b" }),
  hour(12, { decided: "first", words: /Connector x/ }),
  from(13, 15, "repeat_interval"),
  hour(16, { decided: "reminder", words: /last message was .* 4 h ago/ }),
  from(17, 19, "repeat_interval"),
  hour(20, { decided: "escalated", words: /a became critical/ }),
  hour(21, { decided: "new_finding", words: /b is new/ }),
  hour(22, { again: "a", decided: "partly_recovered", words: /a is ok again; the rest is still open/ }),
  from(23, 23, "repeat_interval"),
  hour(24, { again: "b", decided: "recovered", words: /It lasted 24 h/ }),

  // A source breaks, comes back, breaks again, until that is what is told.
  hour(25, { last: "c" }),
  hour(27, { decided: "first" }),
  hour(28, { last: "c", decided: "recovered" }),
  hour(30, { decided: "first" }),
  hour(31, { last: "c", decided: "recovered" }),
  hour(33, { decided: "first" }),
  hour(34, { last: "c", decided: "recovered" }),
  hour(36, { decided: "flapping", words: /c is flapping: broke 4 times within 24 h/ }),
  hour(37, { last: "c" }),
  hour(40, { again: "c" }),
  from(37, 47, "still_flapping"),
  hour(48, { decided: "recovered", words: /stable since/ }),

  // Somebody is on it; it gets worse all the same; somebody is on it again, for too short a time.
  hour(49, { last: "a" }),
  hour(61, { decided: "first" }),
  hour(62, { acknowledge: {} }),
  from(62, 68, "acknowledged"),
  hour(69, { decided: "escalated", words: /The acknowledgement of .* is lifted/ }),
  hour(70, { decided: "repeat_interval" }),
  hour(71, { acknowledge: { for: "6h" } }),
  from(71, 75, "acknowledged"),
  hour(76, { decided: "reminder", words: /The acknowledgement of .* ran out at/ }),
  hour(77, { decided: "repeat_interval" }),
  hour(78, { again: "a", decided: "recovered" }),

  // Planned work takes longer than was planned.
  hour(78, { last: "d" }),
  from(80, 84, "silenced"),
  hour(85, { decided: "first", words: /silenced until .*The vendor moves house/ }),
  hour(86, { again: "d", decided: "recovered" }),
];
const end = 88;

const notified: ReadonlySet<NoticeReason> = new Set<NoticeReason>([
  "first",
  "escalated",
  "new_finding",
  "reminder",
  "flapping",
  "partly_recovered",
  "recovered",
  "heartbeat",
]);
const linesOf = (of: number) => story.filter((line) => line.hours.includes(of));
const decidedAt = (of: number) => linesOf(of).flatMap(({ decided }) => decided ?? []);
const toldAt = (of: number) => decidedAt(of).filter((reason) => notified.has(reason));

const emulator = findGoogleEmulator();
describe.each([
  { through: "the local Pub/Sub", absent: false, pubsub: localPubSub },
  {
    through: emulator === null ? "Google's emulator (not installed here)" : "Google's emulator",
    absent: emulator === null,
    pubsub: googlePubSub(emulator ?? ""),
  },
])("four days through $through", ({ absent, pubsub }) => {
  describe.skipIf(absent)("hour by hour", () => {
    let stack: SmallStack;
    beforeAll(async () => {
      stack = await startSmallStack({ sources, tell, startedAt: midnight, pubsub });
    });
    afterAll(() => stack?.close());

    const delivering = new Set(sources.map(({ id }) => id));

    test.each(Array.from({ length: end + 1 }, (_, n) => ({ n, says: decidedAt(n).join(", ") || "nothing" })))(
      "hour $n: $says",
      async ({ n }) => {
        const lines = linesOf(n);
        for (const { acknowledge } of lines) if (acknowledge) await follow(stack, acknowledge.for);
        for (const { again } of lines) if (again !== undefined) delivering.add(again);
        const last = lines.flatMap((line) => line.last ?? []);
        for (const id of new Set([...delivering, ...last])) await stack.arrive(id, at(n));
        for (const id of last) delivering.delete(id);

        const [slack, mails] = [stack.slack.length, stack.mails.length];
        expect(await stack.tick(at(n))).toBe(200);
        const decisions = (await stack.decisions()).filter(
          ({ tick }) => tick === at(n).toISOString().replace(".000", ""),
        );
        expect(decisions.map(({ reason }) => reason).sort()).toEqual(decidedAt(n).sort());
        expect(stack.slack.length - slack).toBe(toldAt(n).length);
        expect(stack.mails.length - mails).toBe(toldAt(n).length);
        const texts = stack.mails.slice(mails).map(({ text }) => text.replace(/\s+/g, " "));
        for (const { words } of lines) if (words) expect(texts.join("\n")).toMatch(words);
      },
    );

    test("and not one message more than all of these", async () => {
      // One too many could still be on its way.
      await sleep(1_000);
      const told = Array.from({ length: end + 1 }, (_, n) => toldAt(n)).flat();
      console.log(`${told.length} messages in ${end} hours`);
      expect(stack.slack).toHaveLength(told.length);
      expect(stack.mails).toHaveLength(told.length);
      expect(stack.deadLettered()).toBe(0);
    });
  });
});

/** Follows the link of the latest Slack message as a person does, after a scanner has. */
async function follow(stack: SmallStack, holdFor: string | undefined): Promise<void> {
  const text = JSON.stringify(stack.slack.at(-1)?.payload).replaceAll("&amp;", "&");
  const link = /<(http[^|>]+\/ack\?[^|>]+)\|/.exec(text)?.[1];
  if (link === undefined) throw new Error(`no link to acknowledge in ${text}`);
  const { searchParams } = new URL(link);
  expect((await fetch(link)).status).toBe(200);
  const body = new URLSearchParams(searchParams);
  if (holdFor !== undefined) body.set("for", holdFor);
  const response = await fetch(`${stack.url}/sync-watchdog/ack`, { method: "POST", body });
  expect(response.status, await response.text()).toBe(200);
}
