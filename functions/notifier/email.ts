import type { Notice } from "../shared/alerting/types.ts";
import type { EmailChannel } from "../shared/config/types.ts";
import { messageOf, redact } from "../shared/errors.ts";
import { oneLine } from "../shared/report/plain.ts";
import type { Outcome, Recipient } from "./decide.ts";
import { toEmail } from "./email-content.ts";
import { outcomeFor, pseudonym, type Refusal } from "./recipients.ts";
import type { Patience, ReadSecret, Sending } from "./send.ts";

/**
 * Mails a notice to the recipients that neither have it nor refused it for good. Never throws: a refusal of one channel must not touch another. No outcome holds the SMTP
 * URL, its password or an address.
 */
export async function sendEmail(
  channel: EmailChannel,
  notice: Notice,
  known: readonly Recipient[],
  { readSecret, patience }: Sending,
): Promise<Outcome> {
  try {
    const mail = { channel, notice, known, patience };
    const url = await smtpUrlOf(channel, readSecret, false);
    const first = await send(url, mail);
    if (!first.loginRefused) return first.outcome;

    const fresh = await smtpUrlOf(channel, readSecret, true);
    return fresh === url ? first.outcome : (await send(fresh, mail)).outcome;
  } catch (failure) {
    return { status: "failed", detail: messageOf(failure), recipients: known };
  }
}

async function smtpUrlOf(channel: EmailChannel, readSecret: ReadSecret, fresh: boolean): Promise<string> {
  const value = (await readSecret(channel.smtpSecret, { fresh })).trim();
  const protocol = URL.parse(value)?.protocol;
  if (protocol !== "smtps:" && protocol !== "smtp:") {
    throw new Error(
      `the secret of channel ${channel.id} does not hold an SMTP URL; add a version like smtps://USER:PASSWORD@HOST:465, with special characters of the password percent-encoded`,
    );
  }
  return value;
}

interface Mail {
  readonly channel: EmailChannel;
  readonly notice: Notice;
  readonly known: readonly Recipient[];
  readonly patience: Patience;
}

interface Attempt {
  readonly outcome: Outcome;
  readonly loginRefused: boolean;
}

async function send(url: string, mail: Mail): Promise<Attempt> {
  const { channel, notice, known, patience } = mail;
  const settled = new Set(known.map((it) => it.pseudonym));
  const pending = channel.to.filter((address) => !settled.has(pseudonym(notice.id, address)));
  if (pending.length === 0) {
    return { outcome: outcomeFor(notice.id, channel.to, known, [], "accepted"), loginRefused: false };
  }

  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    url,
    connectionTimeout: patience.smtpConnectMs,
    greetingTimeout: patience.smtpConnectMs,
    socketTimeout: patience.smtpSilenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0]);
  const content = toEmail(notice, channel.id, channel.from);
  try {
    const info = await transport.sendMail({
      from: oneLine(channel.from),
      to: channel.to.map(oneLine),
      // Everybody sees to whom it goes; only who does not have it yet gets it.
      envelope: { from: oneLine(channel.from), to: pending },
      subject: content.subject,
      text: content.text,
      html: content.html,
      messageId: content.messageId,
      ...(content.inReplyTo !== null && { inReplyTo: content.inReplyTo }),
      references: content.references,
      headers: content.headers,
    });
    const refusals = refusalsOf(info.rejectedErrors);
    return { outcome: outcomeFor(notice.id, channel.to, known, refusals, "accepted"), loginRefused: false };
  } catch (failure) {
    const error = failure as SmtpError;
    return { outcome: outcomeOf(error, url, mail, pending), loginRefused: error.code === "EAUTH" };
  } finally {
    transport.close();
  }
}

/** As nodemailer throws it. */
interface SmtpError {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly recipient?: unknown;
  /** Recipients refused before the message was. */
  readonly rejectedErrors?: readonly SmtpError[];
}

/** Nodemailer resolves when at least one recipient was accepted; the others are only listed. */
function refusalsOf(rejected: readonly SmtpError[] = []): Refusal[] {
  return rejected.map(({ recipient, responseCode }) => ({
    address: String(recipient),
    reply: Number(responseCode ?? 0),
  }));
}

/** 4xx is the server's "not now" and 5xx its "never" (RFC 5321, 4.2.1); nodemailer's own code does not tell them apart. */
function outcomeOf(error: SmtpError, url: string, mail: Mail, pending: readonly string[]): Outcome {
  const reply = Number(error.responseCode ?? 0);
  const code = /^E[A-Z]+$/.exec(String(error.code))?.[0] ?? "error";
  const detail = [code, reply || null, cleaned(error.response, url)].filter(Boolean).join(" ");
  if (code === "EAUTH" || code === "ECONFIG") {
    const later = reply >= 400 && reply < 500;
    return { status: later ? "failed" : "refused", detail, recipients: mail.known };
  }
  const one = refusalsOf(error.rejectedErrors);
  // What the server said of the whole message, it said of everybody it had not refused before.
  const all = reply >= 500 ? pending.map((address) => ({ address, reply })) : [];
  return outcomeFor(mail.notice.id, mail.channel.to, mail.known, [...one, ...all], "failed", detail);
}

/** A server may quote back what it was sent. */
function cleaned(response: unknown, url: string): string {
  if (typeof response !== "string") return "";
  const { username = "", password = "" } = URL.parse(url) ?? {};
  const secrets = [username, password].flatMap((it) => [it, decode(it)]).filter((it) => it.length > 2);
  return redact(secrets.reduce((text, secret) => text.replaceAll(secret, "[redacted]"), response)).slice(
    0,
    200,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
