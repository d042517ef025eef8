import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultTimeouts } from "../../../functions/notifier/channels/channel.ts";
import { sendEmail } from "../../../functions/notifier/channels/email/send.ts";
import { type MailRefusal, type MailSink, startMailSink } from "../../../infra/local/sinks/mail/server.ts";
import { aNotice, aRecovery } from "../../unit/notifier/a-notice.ts";

const channel = {
  kind: "email",
  id: "data-mail",
  smtpSecret: "smtp-url",
  from: "Plumbline <plumbline@hulken.example>",
  to: ["data@hulken.example", "growth@hulken.example"],
} as const;

const password = "canary/p@ss word";
let mail: MailSink;
let url: string;

beforeEach(async () => {
  mail = await startMailSink({ auth: { user: "plumbline", password } });
  url = urlFor(password);
});
afterEach(() => mail.close());

function urlFor(secret: string): string {
  return `smtp://plumbline:${encodeURIComponent(secret)}@127.0.0.1:${mail.port}`;
}

function secret(first: string, rotated = first) {
  const reads: boolean[] = [];
  const read = async (_name: string, { fresh }: { readonly fresh: boolean }) => {
    reads.push(fresh);
    return fresh ? rotated : first;
  };
  return { sending: { readSecret: read, timeouts: defaultTimeouts, known: [] }, reads };
}

describe("mailing with the real client", () => {
  test("a notice goes to every recipient as one mail, in text and in HTML", async () => {
    expect(await sendEmail(channel, aNotice(), secret(url).sending)).toMatchObject({
      status: "sent",
      detail: "accepted for 2 of 2 recipients",
    });
    expect(mail.mails).toHaveLength(1);
    expect(mail.mails[0]).toMatchObject({
      from: "plumbline@hulken.example",
      to: [...channel.to],
      subject: "[critical] Facebook Marketing stopped delivering",
      messageId: "<5c1f0e6f2ad94d1c8a7be3d0914c2f55.data-mail@hulken.example>",
      inReplyTo: null,
      references: ["<9b2e4c0d7a61f358.data-mail@hulken.example>"],
      headers: { "auto-submitted": "auto-generated", importance: "high" },
    });
    expect(mail.mails[0]?.text).toContain("Nothing new for 6.0 days");
    expect(mail.mails[0]?.html).toContain("Nothing new for 6.0 days");
  });

  test("the recovery answers in the same thread", async () => {
    await sendEmail(channel, aRecovery(), secret(url).sending);
    expect(mail.mails[0]).toMatchObject({
      subject: "[recovered] Facebook Marketing stopped delivering",
      inReplyTo: "<9b2e4c0d7a61f358.data-mail@hulken.example>",
    });
    expect(mail.mails[0]?.headers.importance).toBeUndefined();
  });

  test.each<[MailRefusal, "failed" | "refused"]>([
    [421, "failed"],
    [450, "failed"],
    [550, "refused"],
  ])("all recipients refused with %i is %s", async (code, status) => {
    mail.refuseAll(code);
    const outcome = await sendEmail(channel, aNotice(), secret(url).sending);
    expect(outcome.status).toBe(status);
    expect(outcome.detail).toContain(String(code));
    expect(mail.mails).toEqual([]);
  });

  test.each<[MailRefusal, "failed" | "refused"]>([
    [451, "failed"],
    [554, "refused"],
  ])("the message refused with %i is %s", async (code, status) => {
    mail.refuseContent(code);
    expect((await sendEmail(channel, aNotice(), secret(url).sending)).status).toBe(status);
  });

  test("one recipient refused is seen, without naming the person", async () => {
    mail.refuse("growth@hulken.example", 550);
    const outcome = await sendEmail(channel, aNotice(), secret(url).sending);
    expect(outcome).toMatchObject({
      status: "sent",
      detail: "accepted for 1 of 2 recipients; refused for 1 (550)",
      incomplete: true,
    });
    expect(mail.mails[0]?.to).toEqual(["data@hulken.example"]);
  });

  test("a password that was changed is found by reading the secret again", async () => {
    const { sending, reads } = secret(urlFor("old"), url);
    expect(await sendEmail(channel, aNotice(), sending)).toMatchObject({ status: "sent" });
    expect(reads).toEqual([false, true]);
  });

  test("a password that works is not read twice; a wrong one that was not changed is refused", async () => {
    const working = secret(url);
    await sendEmail(channel, aNotice(), working.sending);
    expect(working.reads).toEqual([false]);
    expect(await sendEmail(channel, aNotice(), secret(urlFor("wrong")).sending)).toMatchObject({
      status: "refused",
    });
  });

  test("a server that takes the mail and does not answer may have it", async () => {
    mail.keepQuiet(true);
    const { sending } = secret(url);
    const timeouts = { ...defaultTimeouts, smtpSilenceMs: 500 };
    const outcome = await sendEmail(channel, aNotice(), { ...sending, timeouts });
    expect(outcome).toMatchObject({ status: "failed", unanswered: true });
    expect(mail.mails).toHaveLength(1);
  });

  test("a server that says nothing at all has nothing, and is left in time", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const { sending } = secret(`smtp://127.0.0.1:${port}`);
    const timeouts = { ...defaultTimeouts, smtpTotalMs: 300 };
    const outcome = await sendEmail(channel, aNotice(), { ...sending, timeouts });
    expect(outcome.status).toBe("failed");
    expect(outcome.unanswered).toBeUndefined();
    silent.close();
  });

  test.each(["no URL at all", "smtp://127.0.0.1:9"])(
    "a secret that was mended after it held %s is found",
    async (before) => {
      const { sending } = secret(before, url);
      expect(await sendEmail(channel, aNotice(), sending)).toMatchObject({ status: "sent" });
    },
  );

  test("who has the mail by the old secret does not get it again by the new one", async () => {
    mail.refuse(channel.to[1] ?? "", 451);
    const { sending, reads } = secret(url, `${url}/`);
    expect(await sendEmail(channel, aNotice(), sending)).toMatchObject({ status: "failed" });
    expect(reads).toEqual([false, true]);
    expect(mail.mails).toHaveLength(1);
  });

  test("of what a server says only its codes are kept: it may quote the login back", async () => {
    const login = Buffer.from(`\0plumbline\0${password}`).toString("base64");
    const quoting = createServer((socket) => {
      socket.write("220 mail\r\n");
      socket.on("data", (line) => {
        const said = String(line);
        if (said.startsWith("EHLO")) socket.write("250-mail\r\n250 AUTH PLAIN\r\n");
        else socket.write(`535 5.7.8 ${said.trim()} <data@mailhost> refused\r\n`);
      });
    });
    await new Promise<void>((resolve) => quoting.listen(0, "127.0.0.1", resolve));
    const { port } = quoting.address() as AddressInfo;
    const { sending } = secret(`smtp://plumbline:${encodeURIComponent(password)}@127.0.0.1:${port}`);
    const { status, detail } = await sendEmail(channel, aNotice(), sending);
    expect({ status, detail }).toEqual({ status: "refused", detail: "EAUTH 535 5.7.8" });
    expect(detail).not.toContain(login);
    quoting.close();
  });

  test("nobody listening is worth another try", async () => {
    const outcome = await sendEmail(channel, aNotice(), secret("smtp://127.0.0.1:1").sending);
    expect(outcome.status).toBe("failed");
  });

  test("no outcome holds the SMTP URL, its password or an address", async () => {
    const outcomes = [
      await sendEmail(channel, aNotice(), secret("canary is no URL").sending),
      await sendEmail(channel, aNotice(), secret("https://canary:canary@host").sending),
      await sendEmail(channel, aNotice(), secret(urlFor("canary-wrong")).sending),
      await sendEmail(channel, aNotice(), secret("smtp://canary:canary@127.0.0.1:1").sending),
    ];
    mail.refuseAll(550);
    outcomes.push(await sendEmail(channel, aNotice(), secret(url).sending));
    expect(outcomes.map(({ status }) => status)).toEqual([
      "failed",
      "failed",
      "refused",
      "failed",
      "refused",
    ]);
    const said = JSON.stringify(outcomes);
    expect(said).not.toMatch(/canary|hulken\.example/);
    expect(said).toContain("is not an SMTP URL");
  });
});
