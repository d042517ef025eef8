import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultTimeouts } from "../../../functions/notifier/channels/channel.ts";
import { sendEmail } from "../../../functions/notifier/channels/email/send.ts";
import { sendSlack } from "../../../functions/notifier/channels/slack/send.ts";
import { type MailSink, startMailSink } from "../../../infra/local/sinks/mail/server.ts";
import { type SlackSink, startSlackSink } from "../../../infra/local/sinks/slack/server.ts";
import { aHostileNotice, aNotice } from "./a-notice.ts";

let mail: MailSink;
let slack: SlackSink;
let webhook: string;

beforeAll(async () => {
  mail = await startMailSink();
  slack = await startSlackSink({ burst: 1_000 });
  webhook = slack.register("alerts", "#alerts");
});
afterAll(() => Promise.all([mail.close(), slack.close()]));

const injection = "x\r\nBcc: eve@evil.example\r\n\r\n<h1>mine</h1>";

describe("hostile text through real servers", () => {
  test("breaks out of no header of a mail, whichever of them it is in", async () => {
    const channel = {
      kind: "email",
      id: injection,
      smtpSecret: "s",
      from: "Plumb\r\nBcc: eve@evil.example <plumbline@hulken.example>",
      to: ["data@hulken.example"],
    } as const;
    const notice = { ...aHostileNotice(), title: injection, id: injection, incident: injection };
    const outcome = await sendEmail(channel, notice, {
      readSecret: async () => mail.url,
      timeouts: defaultTimeouts,
      known: [],
    });
    expect(outcome.status).toBe("sent");
    const sent = mail.mails.at(-1);
    expect(sent?.to).toEqual(["data@hulken.example"]);
    expect(sent?.headers.bcc).toBeUndefined();
    expect(sent?.subject).toBe("[critical] x Bcc: eve@evil.example <h1>mine</h1>");
    const [head = ""] = sent?.raw.split("\r\n\r\n") ?? [];
    expect(head).not.toMatch(/^Bcc:/im);
    expect(head).toMatch(/^Content-Type: multipart/m);
  });

  test.each<[string, string]>([
    ["10,000 characters", "a".repeat(10_000)],
    ["10,000 emoji", "🚨".repeat(5_000)],
    ["10,000 characters that escape to five each", "&".repeat(10_000)],
    ["right-to-left overrides", "\u202Eevil\u2066 \u202D"],
    ["NUL and other control characters", "a\u0000b\u0007c\u001bd\u0085e"],
    ["half a character", "\ud83d and \ude00"],
    ["code fences", "``` <!channel> ```"],
  ])("%s: taken by Slack and by mail, calling nobody", async (_, text) => {
    const notice = aNotice({
      title: text,
      lead: text,
      why: text,
      facts: [{ label: text, value: text }],
      actions: [text],
      details: [
        { kind: "code", language: "", text },
        { kind: "table", columns: [{ label: text }], rows: [[text]] },
      ],
    });
    const channel = { kind: "slack", id: "alerts", webhookSecret: "s" } as const;
    const before = slack.messages.length;
    const sending = { readSecret: async () => webhook, timeouts: defaultTimeouts };
    expect(await sendSlack(channel, notice, sending)).toEqual({ status: "sent", detail: "ok" });
    const message = slack.messages.at(-1);
    expect([slack.messages.length - before, message?.mentions]).toEqual([1, []]);
    const mailing = { readSecret: async () => mail.url, timeouts: defaultTimeouts, known: [] };
    const to = {
      kind: "email",
      id: "m",
      smtpSecret: "s",
      from: "p@hulken.example",
      to: ["d@hulken.example"],
    } as const;
    expect(await sendEmail(to, notice, mailing)).toMatchObject({ status: "sent" });
    const { subject = "", text: body = "" } = mail.mails.at(-1) ?? {};
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    const deceiving = /[\u0000-\u0008\u000b\u001b\u0085\u202a-\u202e\u2066-\u2069]/;
    for (const said of [JSON.stringify(message?.payload), subject, body]) expect(said).not.toMatch(deceiving);
  });
});
