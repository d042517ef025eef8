import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Publish, publishTo } from "../../../functions/shared/alerting/notices/publish.ts";
import type { Notice } from "../../../functions/shared/alerting/types.ts";
import { type Gate, startGate } from "../../unit/notifier/a-gate.ts";
import { aNotice } from "../../unit/notifier/a-notice.ts";
import {
  alertsTopic,
  deadLetterTopic,
  type Notifier,
  smtpPassword,
  startNotifier,
} from "../../unit/notifier/a-notifier.ts";

/** Servers that fail in every way, through the real push: published, pushed, refused, pushed again. */
let notifier: Notifier;
let publish: Publish;
let slackGate: Gate;
let mailGate: Gate;
let serial = 0;
let slackBefore = 0;
let mailBefore = 0;
let publishedBefore = 0;

const attempts = 30;
const timeouts = {
  httpAnswerMs: 1_500,
  httpRetryAfterMs: 200,
  smtpConnectMs: 1_500,
  smtpSilenceMs: 1_500,
  smtpTotalMs: 4_000,
};

beforeAll(async () => {
  notifier = await startNotifier(timeouts);
  const { pubsub, secrets, slack, mail, url } = notifier;
  slackGate = await startGate(slack.port);
  mailGate = await startGate(mail.port);
  const path = new URL(notifier.webhookUrl).pathname;
  secrets.addVersion("slack-data-alerts", `http://127.0.0.1:${slackGate.port}${path}`);
  secrets.addVersion("smtp-url", `smtp://plumbline:${smtpPassword}@127.0.0.1:${mailGate.port}`);
  pubsub.createSubscription({
    name: "notifier",
    topic: alertsTopic,
    pushEndpoint: `${url}/`,
    // Shorter than a server that hangs is waited for: so it is pushed again while it is still being sent.
    ackDeadlineSeconds: 1,
    minimumBackoffSeconds: 0.02,
    maximumBackoffSeconds: 0.1,
    deadLetterTopic,
    maxDeliveryAttempts: attempts,
  });
  pubsub.createSubscription({ name: "kept", topic: deadLetterTopic });
  pubsub.createSubscription({
    name: "notifier-dead-letters",
    topic: deadLetterTopic,
    pushEndpoint: `${url}/dead-letter`,
    ackDeadlineSeconds: 5,
    minimumBackoffSeconds: 0.05,
    maximumBackoffSeconds: 0.3,
  });
  publish = publishTo("hulken", alertsTopic);
});

afterAll(async () => {
  await Promise.all([slackGate.shut(), mailGate.shut()]);
  await notifier.close();
});

beforeEach(async () => {
  notifier.slack.revive("alerts");
  notifier.mail.refuseAll(null);
  notifier.mail.refuse("growth@hulken.example", null);
  notifier.mail.hang(false);
  await notifier.pubsub.idle();
  await notifier.ops.empty("alert_state", "alert_log", "deliveries");
  slackBefore = notifier.slack.messages.length;
  mailBefore = notifier.mail.mails.length;
  publishedBefore = published();
});

function published(): number {
  return notifier.pubsub.stats().topics.find(({ name }) => name.endsWith(`/${alertsTopic}`))?.published ?? 0;
}

function unseen(parts: Partial<Notice> = {}): Notice {
  serial += 1;
  return aNotice({ id: `outage-${serial}`, title: `Outage ${serial}`, ...parts });
}

/** Headlines in order of arrival. */
function onSlack(): string[] {
  return notifier.slack.messages.slice(slackBefore).map(({ payload }) => {
    const [header] = payload.blocks as { text: { text: string } }[];
    return header?.text.text ?? "";
  });
}

function byMail(): string[] {
  return notifier.mail.mails.slice(mailBefore).map(({ subject }) => subject);
}

async function statuses(of: Pick<Notice, "id">) {
  const rows = await notifier.ops.rows("deliveries", ["channel", "notice", "status"]);
  return Object.fromEntries(
    rows.filter(({ notice }) => notice === of.id).map(({ channel, status }) => [channel, status]),
  );
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10);
}

async function isRecorded(notice: Notice, channel: string, status: string): Promise<boolean> {
  return (await statuses(notice))[channel] === status;
}

/** Everything that was ever published is where it belongs: on each channel once, or refused there. */
async function everythingIsAccountedFor() {
  const read = () => notifier.ops.rows("deliveries", ["notice", "channel", "status"]);
  // An attempt that Pub/Sub has given up waiting for may still be telling how the channels are.
  for (
    let tries = 0;
    tries < 40 && (await read()).length !== 2 * (published() - publishedBefore);
    tries += 1
  ) {
    await sleep(50);
    await notifier.pubsub.idle();
  }
  const rows = await read();
  // A notice that a run began to tell and did not finish is published again under its id: no more rows for that.
  const known = await notifier.ops.rows("alert_log", ["notice"]);
  const repeats = known.length - new Set(known.map(({ notice }) => notice)).size;
  expect(rows.length).toBeLessThanOrEqual(2 * (published() - publishedBefore));
  expect(rows.length).toBeGreaterThanOrEqual(2 * (published() - publishedBefore - repeats));
  expect(rows.filter(({ status }) => status !== "sent" && status !== "refused")).toEqual([]);
  const sent = (channel: string) =>
    rows.filter((it) => it.channel === channel && it.status === "sent").length;
  expect(onSlack()).toHaveLength(sent("data-alerts"));
  expect(byMail().length).toBeGreaterThanOrEqual(sent("data-mail"));
}

const both = { "data-alerts": "sent", "data-mail": "sent" };

describe("what passes: it arrives on both channels once, and nobody hears of the trouble", () => {
  test("429 with a wait: nobody knocks before it is over", async () => {
    notifier.slack.kill("alerts", 429, 2);
    const refusals = notifier.slack.refusals.length;
    const notice = unseen();
    await publish(notice);
    await until(() => isRecorded(notice, "data-alerts", "failed"));
    notifier.slack.revive("alerts");
    const early = await notifier.push(notice, 2);
    expect([early.status, onSlack().length]).toEqual([503, 0]);
    await notifier.pubsub.idle();
    expect(notifier.slack.refusals.length - refusals).toBe(1);
    expect([onSlack().length, byMail().length]).toEqual([1, 1]);
    expect(await statuses(notice)).toEqual(both);
    await everythingIsAccountedFor();
  });

  test.each<[string, () => void, () => void, "data-alerts" | "data-mail"]>([
    ["503", () => notifier.slack.kill("alerts", 503), () => notifier.slack.revive("alerts"), "data-alerts"],
    [
      "a Slack that takes the request and never answers",
      () => notifier.slack.kill("alerts", "hang"),
      () => notifier.slack.revive("alerts"),
      "data-alerts",
    ],
    [
      "a mail server that never says a word",
      () => notifier.mail.hang(true),
      () => notifier.mail.hang(false),
      "data-mail",
    ],
    [
      "a mail server that refuses all for now",
      () => notifier.mail.refuseAll(451),
      () => notifier.mail.refuseAll(null),
      "data-mail",
    ],
  ])(
    "%s",
    async (_, fail, mend, channel) => {
      fail();
      const notice = unseen();
      await publish(notice);
      await until(() => isRecorded(notice, channel, "failed"));
      mend();
      await notifier.pubsub.idle();
      expect([onSlack().length, byMail().length]).toEqual([1, 1]);
      expect(await statuses(notice)).toEqual(both);
      await everythingIsAccountedFor();
      // A server that never answers is waited for, twice where its limit was just short of the lease.
    },
    60_000,
  );

  test("a Slack and a mail server that are down, and come back", async () => {
    await Promise.all([slackGate.shut(), mailGate.shut()]);
    const notice = unseen();
    await publish(notice);
    await until(() => isRecorded(notice, "data-alerts", "failed"));
    await until(() => isRecorded(notice, "data-mail", "failed"));
    await Promise.all([slackGate.open(), mailGate.open()]);
    await notifier.pubsub.idle();
    expect([onSlack().length, byMail().length]).toEqual([1, 1]);
    expect(await statuses(notice)).toEqual(both);
    await everythingIsAccountedFor();
  });

  test("one of two recipients refused for now: only that one is tried again, and gets the same mail", async () => {
    notifier.mail.refuse("growth@hulken.example", 450);
    const notice = unseen();
    await publish(notice);
    await until(() => isRecorded(notice, "data-mail", "failed"));
    notifier.mail.refuse("growth@hulken.example", null);
    await notifier.pubsub.idle();
    const mails = notifier.mail.mails.slice(mailBefore);
    expect(mails.map(({ to }) => to)).toEqual([["data@hulken.example"], ["growth@hulken.example"]]);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
    expect(new Set(mails.map(({ headers }) => headers.to))).toEqual(
      new Set(["data@hulken.example, growth@hulken.example"]),
    );
    expect(await statuses(notice)).toEqual(both);
    await everythingIsAccountedFor();
  });

  test("a redelivery while it is still being sent", async () => {
    notifier.slack.slowDown("alerts", 1_300);
    const notice = unseen();
    const refused = () =>
      notifier.pubsub.stats().subscriptions.find(({ name }) => name.endsWith("/notifier"))?.refused ?? 0;
    const before = refused();
    await publish(notice);
    await notifier.pubsub.idle();
    expect(refused()).toBeGreaterThan(before);
    expect([onSlack().length, byMail().length]).toEqual([1, 1]);
    expect(await statuses(notice)).toEqual(both);
    await everythingIsAccountedFor();
  });
});

describe("what is refused for good is told on the other channel, once", () => {
  test.each([
    [404, "Slack channel data-alerts refuses messages: 404 no_service"],
    [410, "Slack channel data-alerts refuses messages: 410 channel_is_archived"],
  ] as const)("a dead webhook, %i: no loop, and its end is told on both", async (code, title) => {
    notifier.slack.kill("alerts", code);
    const notices = [unseen(), unseen(), unseen()];
    for (const notice of notices) {
      await publish(notice);
      await notifier.pubsub.idle();
    }
    expect(onSlack()).toEqual([]);
    expect(byMail().filter((subject) => subject.includes("Outage"))).toHaveLength(3);
    expect(byMail().filter((subject) => !subject.includes("Outage"))).toEqual([`[critical] ${title}`]);
    expect(published() - publishedBefore).toBe(4);
    await everythingIsAccountedFor();

    notifier.slack.revive("alerts");
    await publish(unseen());
    await notifier.pubsub.idle();
    expect(onSlack()).toHaveLength(2);
    expect(onSlack().at(-1)).toMatch(/Recovered: Slack channel data-alerts refuses messages/);
    expect(published() - publishedBefore).toBe(6);
    await everythingIsAccountedFor();
  });

  test("a mail server that refuses all for good", async () => {
    notifier.mail.refuseAll(550);
    for (const notice of [unseen(), unseen()]) {
      await publish(notice);
      await notifier.pubsub.idle();
    }
    expect(byMail()).toEqual([]);
    expect(onSlack().filter((it) => !it.includes("Outage"))).toEqual([
      "🔴 Critical: Email channel data-mail refuses messages: 550",
    ]);
    expect(published() - publishedBefore).toBe(3);
    await everythingIsAccountedFor();
  });

  test("one of two recipients refused for good: the other has the mail, and it is a warning", async () => {
    notifier.mail.refuse("growth@hulken.example", 550);
    const notices = [unseen(), unseen()];
    for (const notice of notices) {
      await publish(notice);
      await notifier.pubsub.idle();
    }
    expect(notifier.mail.mails.slice(mailBefore).map(({ to }) => to)).toEqual(
      [1, 2, 3].map(() => ["data@hulken.example"]),
    );
    expect(onSlack().filter((it) => !it.includes("Outage"))).toEqual([
      "🟠 Warning: Email channel data-mail: 1 of 2 recipients refused (550)",
    ]);
    expect(await statuses(notices[0] ?? unseen())).toEqual(both);
    await everythingIsAccountedFor();
  });
});

describe("what was given up", () => {
  test("a notice that every channel refused outlives the outage: it arrives, and nowhere twice", async () => {
    notifier.slack.kill("alerts", 404);
    notifier.mail.refuseAll(550);
    const letters = notifier.pubsub.stats().deadLetters.length;
    const notice = unseen();
    await publish(notice);
    await until(() => notifier.pubsub.stats().deadLetters.length > letters);
    notifier.slack.revive("alerts");
    notifier.mail.refuseAll(null);
    await notifier.pubsub.idle();
    // Whoever has it then has it once. An attempt that met only one of them mended has told somebody, and is done.
    const heard = [onSlack(), byMail()].map((all) => all.filter((it) => it.includes(notice.title)).length);
    expect(Math.max(...heard)).toBe(1);
    expect(Object.values(await statuses(notice))).toContain("sent");
    await everythingIsAccountedFor();
  });

  test("a poisonous message is told, once, without its content, and kept to be looked at", async () => {
    const kept = () =>
      notifier.pubsub.stats().subscriptions.find(({ name }) => name.endsWith("/kept"))?.pending ?? 0;
    const before = kept();
    await publish({ ...unseen(), facts: "canary-poison" } as unknown as Notice);
    await notifier.pubsub.idle();
    expect(onSlack()).toEqual(["🟠 Warning: A message on the alerts topic could not be read"]);
    expect(byMail()).toEqual(["[warning] A message on the alerts topic could not be read"]);
    const said = JSON.stringify([notifier.slack.messages.at(-1)?.payload, notifier.mail.mails.at(-1)?.raw]);
    expect(said).toContain(`${attempts} times`);
    expect(said).toContain("facts: ");
    expect(said).toContain(`pull ${deadLetterTopic}-kept`);
    expect(said).not.toContain("canary-poison");
    expect(notifier.log.join("")).not.toContain("canary-poison");
    expect(kept() - before).toBe(1);
  });
});
