import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { publishTo } from "../../../functions/shared/alerting/notices/publish.ts";
import type { Notice } from "../../../functions/shared/alerting/types.ts";
import { aHostileNotice, aNotice, aRecovery } from "../../unit/notifier/a-notice.ts";
import {
  deadLetterTopic,
  type Notifier,
  smtpPassword,
  startNotifier,
} from "../../unit/notifier/a-notifier.ts";

let notifier: Notifier;
let serial = 0;
let slackBefore = 0;
let mailBefore = 0;

beforeAll(async () => {
  notifier = await startNotifier();
});
afterAll(() => notifier.close());

beforeEach(async () => {
  notifier.slack.revive("alerts");
  notifier.mail.refuseAll(null);
  slackBefore = notifier.slack.messages.length;
  mailBefore = notifier.mail.mails.length;
});

/** A notice nobody has seen. */
function unseen(parts: Partial<Notice> = {}): Notice {
  serial += 1;
  return aNotice({ id: `notice-${serial}`, ...parts });
}

function received() {
  return {
    slack: notifier.slack.messages.length - slackBefore,
    mail: notifier.mail.mails.length - mailBefore,
  };
}

async function deliveries(notice: Notice) {
  const rows = await notifier.ops.rows("deliveries", ["notice", "channel", "status", "attempts", "detail"]);
  return rows
    .filter((row) => row.notice === notice.id)
    .map(({ channel, status, attempts }) => [channel, status, attempts]);
}

describe("a notice pushed to the notifier", () => {
  test("arrives on Slack and by e-mail, and is recorded", async () => {
    const notice = unseen();
    const { status, body } = await notifier.push(notice, 1);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      notice: notice.id,
      incident: notice.incident,
      channels: [
        { channel: "data-alerts", status: "sent", detail: "ok" },
        { channel: "data-mail", status: "sent", detail: "accepted for 2 of 2 recipients" },
      ],
    });
    expect(received()).toEqual({ slack: 1, mail: 1 });
    expect(notifier.mail.mails.at(-1)?.subject).toBe("[critical] Facebook Marketing stopped delivering");
    expect(await deliveries(notice)).toEqual([
      ["data-alerts", "sent", 1],
      ["data-mail", "sent", 1],
    ]);
  });

  test("pushed again, as Pub/Sub does, arrives once", async () => {
    const notice = unseen();
    for (let attempt = 1; attempt <= 3; attempt += 1)
      expect((await notifier.push(notice, attempt)).status).toBe(200);
    expect(received()).toEqual({ slack: 1, mail: 1 });
  });

  test("pushed several times at once, arrives once", async () => {
    const notice = unseen();
    const answers = await Promise.all([1, 1, 1, 1].map((attempt) => notifier.push(notice, attempt)));
    expect(received()).toEqual({ slack: 1, mail: 1 });
    expect(answers.map(({ status }) => status)).toContain(200);
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
  });

  test("that two first attempts have both begun, as BigQuery lets them, arrives once", async () => {
    const notice = unseen();
    for (const claim of ["one", "two"]) {
      await notifier.ops.run(
        `INSERT INTO \`hulken.plumbline_ops.deliveries\`
         (notice, channel, incident, status, claim, lease_until, attempts, notice_at, changed_at)
         SELECT '${notice.id}', channel, 'i', 'free', '${claim}', TIMESTAMP '2026-02-08 12:00:00+00', 0,
                TIMESTAMP '2026-02-08 12:00:00+00', TIMESTAMP '2026-02-08 12:00:00+00'
         FROM UNNEST(['data-alerts', 'data-mail']) AS channel`,
      );
    }
    const answers = await Promise.all([1, 1, 1].map((attempt) => notifier.push(notice, attempt)));
    expect((await notifier.push(notice, 2)).status).toBe(200);
    expect(received()).toEqual({ slack: 1, mail: 1 });
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
  });

  test("that Slack cannot take now is brought again for Slack alone", async () => {
    const notice = unseen();
    notifier.slack.kill("alerts", 503);
    const first = await notifier.push(notice, 1);
    expect(first.status).toBe(503);
    expect(first.body).toContain("data-alerts: failed (503: service_unavailable)");
    expect(received()).toEqual({ slack: 0, mail: 1 });

    notifier.slack.revive("alerts");
    expect((await notifier.push(notice, 2)).status).toBe(200);
    expect(received()).toEqual({ slack: 1, mail: 1 });
    expect(await deliveries(notice)).toEqual([
      ["data-alerts", "sent", 2],
      ["data-mail", "sent", 1],
    ]);
  });

  test("that the mail server cannot take now is brought again for mail alone", async () => {
    const notice = unseen();
    notifier.mail.refuseAll(450);
    expect((await notifier.push(notice, 1)).status).toBe(503);
    notifier.mail.refuseAll(null);
    expect((await notifier.push(notice, 2)).status).toBe(200);
    expect(received()).toEqual({ slack: 1, mail: 1 });
  });

  test("that one channel refuses for good arrives on the other, and is not brought again", async () => {
    const notice = unseen();
    notifier.slack.kill("alerts", 410);
    expect((await notifier.push(notice, 1)).status).toBe(200);
    expect((await notifier.push(notice, 2)).status).toBe(200);
    expect(received()).toEqual({ slack: 0, mail: 1 });
    expect(await deliveries(notice)).toEqual([
      ["data-alerts", "refused", 1],
      ["data-mail", "sent", 1],
    ]);
    expect(notifier.log.join("")).toContain("data-alerts: refused (410: channel_is_archived)");
  });

  test("that every channel refuses is not taken for delivered: it goes on to the dead letter", async () => {
    const notice = unseen();
    notifier.slack.kill("alerts", 410);
    notifier.mail.refuseAll(550);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const { status, body } = await notifier.push(notice, attempt);
      expect(status).toBe(502);
      expect(body).toContain("it was not delivered");
    }
    expect(received()).toEqual({ slack: 0, mail: 0 });
  });

  test("left behind by a crash arrives once the lease has run out, and not before", async () => {
    const notice = unseen();
    const crashed = (leaseUntil: string) =>
      notifier.ops.run(
        `INSERT INTO \`hulken.plumbline_ops.deliveries\`
         (notice, channel, incident, status, claim, lease_until, attempts, notice_at, changed_at)
         VALUES ('${notice.id}', 'data-alerts', 'i', 'sending', 'crashed', TIMESTAMP '${leaseUntil}', 1,
                 TIMESTAMP '2026-02-08 12:00:00+00', TIMESTAMP '2026-02-08 12:00:00+00')`,
      );
    await crashed("2999-01-01 00:00:00+00");
    expect((await notifier.push(notice, 2)).status).toBe(503);
    expect(received()).toEqual({ slack: 0, mail: 1 });

    await notifier.ops.run(`DELETE FROM \`hulken.plumbline_ops.deliveries\` WHERE claim = 'crashed'`);
    await crashed("2000-01-01 00:00:00+00");
    expect((await notifier.push(notice, 3)).status).toBe(200);
    expect(received()).toEqual({ slack: 1, mail: 1 });
  });

  test("of a recovery answers in the incident's thread", async () => {
    await notifier.push(unseen({ ...aRecovery(), id: `notice-r${serial}` }));
    expect(notifier.mail.mails.at(-1)).toMatchObject({
      subject: "[recovered] Facebook Marketing stopped delivering",
      inReplyTo: expect.stringContaining(aRecovery().incident),
    });
  });

  test("full of hostile text calls nobody", async () => {
    await notifier.push({ ...aHostileNotice(), id: "notice-hostile" });
    expect(notifier.slack.messages.at(-1)?.mentions).toEqual([]);
  });
});

describe("what is not a notice", () => {
  test.each([
    ["no JSON", "hello"],
    ["JSON of something else", { hello: "world" }],
    ["a notice with a hole", { ...aNotice(), facts: null }],
  ])("%s is refused, logged and reaches nobody: the dead letter keeps it", async (_, data) => {
    const lines = notifier.log.length;
    const { status, body } = await notifier.push(data);
    expect(status).toBe(422);
    expect(JSON.parse(body)).toMatchObject({ title: "Not a notice" });
    expect(notifier.log.slice(lines).join("")).toContain("is no notice");
    expect(received()).toEqual({ slack: 0, mail: 0 });
  });

  test("a request that is no push says what one looks like", async () => {
    const response = await fetch(notifier.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
  });

  test("looking is not what the notifier is for", async () => {
    const response = await fetch(notifier.url);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });
});

describe("secrets", () => {
  test("a webhook that was rotated is found without a restart", async () => {
    const before = notifier.slack.messages.length;
    notifier.slack.kill("alerts", 404);
    const rotated = notifier.slack.register("alerts-rotated", "#data-alerts");
    notifier.secrets.addVersion("slack-data-alerts", rotated);
    expect((await notifier.push(unseen())).status).toBe(200);
    expect(notifier.slack.messages.length - before).toBe(1);
    notifier.secrets.addVersion("slack-data-alerts", notifier.webhookUrl);
    notifier.slack.kill("alerts-rotated", 404);
    notifier.slack.revive("alerts");
    expect((await notifier.push(unseen())).status).toBe(200);
  });

  test("no webhook URL, no password and no address is in any log line or any row", async () => {
    notifier.slack.kill("alerts", 404);
    notifier.mail.refuseAll(550);
    await notifier.push(unseen());
    notifier.mail.refuseAll(null);
    const rows = await notifier.ops.rows("deliveries", ["channel", "detail"]);
    const said = notifier.log.join("") + JSON.stringify(rows);
    expect(said).toContain("refused");
    for (const secret of [
      new URL(notifier.webhookUrl).pathname,
      "/services/",
      smtpPassword,
      "hulken.example",
    ]) {
      expect(said).not.toContain(secret);
    }
  });
});

describe("through Pub/Sub, with its real client", () => {
  test("a published notice is pushed and arrives; while Slack is down it comes again; what is no notice ends in the dead letter", async () => {
    const { pubsub } = notifier;
    await notifier.ops.empty("alert_state");
    pubsub.createSubscription({
      name: "notifier",
      topic: "plumbline-alerts",
      pushEndpoint: `${notifier.url}/`,
      ackDeadlineSeconds: 10,
      minimumBackoffSeconds: 0.05,
      maximumBackoffSeconds: 0.1,
      deadLetterTopic,
      maxDeliveryAttempts: 5,
    });
    const publish = publishTo("hulken", "plumbline-alerts");

    await publish(unseen());
    await pubsub.idle();
    expect(received()).toEqual({ slack: 1, mail: 1 });

    const refusals = notifier.slack.refusals.length;
    notifier.slack.kill("alerts", 503);
    const patient = unseen();
    await publish(patient);
    while (notifier.slack.refusals.length === refusals)
      await new Promise((resolve) => setTimeout(resolve, 5));
    notifier.slack.revive("alerts");
    await pubsub.idle();
    expect(received()).toEqual({ slack: 2, mail: 2 });

    await publish({ ...unseen(), facts: "poison" } as unknown as Notice);
    await pubsub.idle();
    expect(received()).toEqual({ slack: 2, mail: 2 });
    expect(pubsub.stats().deadLetters).toHaveLength(1);
  });

  test("a topic that is not there is an error that can be tried again, and names the topic", async () => {
    await expect(publishTo("hulken", "absent")(aNotice())).rejects.toMatchObject({
      retry: true,
      message: expect.stringContaining("the topic absent did not take the notice"),
    });
  });
});
