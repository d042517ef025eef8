import { createTransport } from "nodemailer";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MailSink, startMailSink } from "../../../infra/local/sinks/mail/server.ts";

const at = new Date("2026-02-08T12:00:00Z");
const mail = {
  from: "Plumbline <plumbline@hulken.example>",
  to: ["data@hulken.example", "ops@hulken.example"],
  subject: "[critical] Facebook Marketing stopped – 6 days",
  text: "Nothing arrived since 2 February.",
  html: "<p>Nothing arrived since <b>2 February</b>.</p>",
};

let sink: MailSink;
const send = (extra: object = {}) => createTransport(sink.url).sendMail({ ...mail, ...extra });

describe("a mailbox in health", () => {
  beforeEach(async () => {
    sink = await startMailSink({ clock: () => at });
  });
  afterEach(() => sink.close());

  test("keeps what the real client sends as a reader would see it", async () => {
    await send({
      messageId: "<2@hulken.example>",
      inReplyTo: "<1@hulken.example>",
      references: ["<0@hulken.example>", "<1@hulken.example>"],
      headers: { "Auto-Submitted": "auto-generated" },
    });
    expect(sink.mails).toHaveLength(1);
    const [received] = sink.mails;
    expect(received).toMatchObject({
      id: "mail-1",
      at,
      from: "plumbline@hulken.example",
      to: mail.to,
      subject: mail.subject,
      messageId: "<2@hulken.example>",
      inReplyTo: "<1@hulken.example>",
      references: ["<0@hulken.example>", "<1@hulken.example>"],
    });
    expect(received?.text.trim()).toBe(mail.text);
    expect(received?.html?.trim()).toBe(mail.html);
    expect(received?.headers["auto-submitted"]).toBe("auto-generated");
  });

  test("a mail without HTML has none, and one outside a thread replies to nothing", async () => {
    await send({ html: undefined });
    expect(sink.mails[0]).toMatchObject({ html: null, inReplyTo: null, references: [] });
  });

  test("one refused recipient does not keep the mail from the other", async () => {
    sink.refuse("OPS@hulken.example", 550);
    const info = await send();
    expect(info.rejected).toEqual(["ops@hulken.example"]);
    expect(sink.mails.map(({ to }) => to)).toEqual([["data@hulken.example"]]);
    sink.refuse("ops@hulken.example", null);
    expect((await send()).rejected).toEqual([]);
  });

  test.each([450, 550] as const)(
    "with every recipient refused by %i nothing is kept until it is lifted",
    async (code) => {
      sink.refuseAll(code);
      await expect(send()).rejects.toMatchObject({ code: "EENVELOPE", responseCode: code });
      expect(sink.mails).toEqual([]);
      sink.refuseAll(null);
      await send();
      expect(sink.mails).toHaveLength(1);
    },
  );

  test("a message refused after it was sent is not kept until that is lifted", async () => {
    sink.refuseContent(451);
    await expect(send()).rejects.toMatchObject({ code: "EMESSAGE", responseCode: 451 });
    expect(sink.mails).toEqual([]);
    sink.refuseContent(null);
    await send();
    expect(sink.mails).toHaveLength(1);
  });

  test("credentials are taken though none are asked for", async () => {
    await createTransport(sink.url.replace("//", "//someone:anything@")).sendMail(mail);
    expect(sink.mails).toHaveLength(1);
  });

  test("it closes while a client is still connected", async () => {
    const transport = createTransport({ url: sink.url, pool: true });
    await transport.sendMail(mail);
    await sink.close();
    transport.close();
    await expect(send()).rejects.toMatchObject({ code: "ESOCKET" });
  });
});

describe("a mailbox behind a password", () => {
  beforeEach(async () => {
    sink = await startMailSink({ auth: { user: "alerts", password: "p@ss/word" } });
  });
  afterEach(() => sink.close());

  test("takes mail from who knows it", async () => {
    await createTransport(sink.url.replace("//", `//alerts:${encodeURIComponent("p@ss/word")}@`)).sendMail(
      mail,
    );
    expect(sink.mails).toHaveLength(1);
  });

  test("refuses who does not", async () => {
    const sending = createTransport(sink.url.replace("//", "//alerts:wrong@")).sendMail(mail);
    await expect(sending).rejects.toMatchObject({ code: "EAUTH", responseCode: 535 });
    await expect(send()).rejects.toMatchObject({ responseCode: 530 });
    expect(sink.mails).toEqual([]);
  });
});

test("a server that hangs takes the connection and never says a word", async () => {
  const hung = await startMailSink();
  hung.hang(true);
  const patient = createTransport({ url: hung.url, greetingTimeout: 100 } as Parameters<
    typeof createTransport
  >[0]);
  await expect(patient.sendMail(mail)).rejects.toMatchObject({ command: "CONN" });
  hung.hang(false);
  await createTransport(hung.url).sendMail(mail);
  expect(hung.mails).toHaveLength(1);
  await hung.close();
});
