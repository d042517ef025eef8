import type { Notice } from "../shared/alerting/types.ts";
import type { EmailChannel } from "../shared/config/types.ts";
import { messageOf, redact } from "../shared/errors.ts";
import type { Outcome } from "./decide.ts";
import { type EmailContent, toEmail } from "./email-content.ts";
import type { ReadSecret } from "./send.ts";

const connectTimeoutMs = 10_000;
const silenceTimeoutMs = 15_000;

/**
 * Mails a notice. Never throws: a refusal of one channel must not touch another. No outcome holds the SMTP
 * URL, its password or an address.
 */
export async function sendEmail(
  channel: EmailChannel,
  notice: Notice,
  readSecret: ReadSecret,
): Promise<Outcome> {
  try {
    const content = toEmail(notice, channel.id, channel.from);
    const known = await smtpUrlOf(channel, readSecret, false);
    const first = await send(known, channel, content);
    if (!first.loginRefused) return first.outcome;

    const fresh = await smtpUrlOf(channel, readSecret, true);
    return fresh === known ? first.outcome : (await send(fresh, channel, content)).outcome;
  } catch (failure) {
    return { status: "failed", detail: messageOf(failure) };
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

interface Attempt {
  readonly outcome: Outcome;
  readonly loginRefused: boolean;
}

async function send(url: string, channel: EmailChannel, content: EmailContent): Promise<Attempt> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    url,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0]);
  try {
    const info = await transport.sendMail({
      from: channel.from,
      to: [...channel.to],
      subject: content.subject,
      text: content.text,
      html: content.html,
      messageId: content.messageId,
      ...(content.inReplyTo !== null && { inReplyTo: content.inReplyTo }),
      references: content.references,
      headers: content.headers,
    });
    return { outcome: accepted(channel, info.rejectedErrors ?? []), loginRefused: false };
  } catch (failure) {
    const error = failure as SmtpError;
    return { outcome: outcomeOf(error, url), loginRefused: error.code === "EAUTH" };
  } finally {
    transport.close();
  }
}

/** As nodemailer throws it. */
interface SmtpError {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
}

/** Nodemailer resolves when at least one recipient was accepted; the others are only listed. */
function accepted(channel: EmailChannel, rejected: readonly SmtpError[]): Outcome {
  const all = channel.to.length;
  if (rejected.length === 0) return { status: "sent", detail: `accepted for ${all} of ${all} recipients` };
  const codes = [...new Set(rejected.map(({ responseCode }) => String(responseCode ?? "unknown")))].join(
    ", ",
  );
  return {
    status: "sent",
    detail: `accepted for ${all - rejected.length} of ${all} recipients; refused for the others (${codes})`,
    incomplete: true,
  };
}

/** 4xx is the server's "not now" and 5xx its "never" (RFC 5321, 4.2.1); nodemailer's own code does not tell them apart. */
function outcomeOf(error: SmtpError, url: string): Outcome {
  const reply = Number(error.responseCode ?? 0);
  const code = /^E[A-Z]+$/.exec(String(error.code))?.[0] ?? "error";
  const detail = [code, reply || null, cleaned(error.response, url)].filter(Boolean).join(" ");
  if (reply >= 500) return { status: "refused", detail };
  if (reply >= 400) return { status: "failed", detail };
  return { status: code === "EAUTH" || code === "ECONFIG" ? "refused" : "failed", detail };
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
