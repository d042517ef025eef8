import { PassThrough } from "node:stream";
import type { Notice } from "../../../shared/alerting/types.ts";
import type { EmailChannel } from "../../../shared/config/types.ts";
import { messageOf } from "../../../shared/errors.ts";
import { oneLine } from "../../../shared/report/plain.ts";
import type { SendAttempt, Timeouts } from "../channel.ts";
import type { Outcome, Recipient } from "../outcome.ts";
import { outcomeFor, pseudonym, type Refusal } from "./recipients.ts";
import { toEmail } from "./render.ts";

/**
 * Mails a notice to the recipients that neither have it nor refused it permanently. Never throws, so that a
 * refusal of one channel does not affect another. No outcome contains the SMTP URL, its password or an
 * address.
 */
export async function sendEmail(
  channel: EmailChannel,
  notice: Notice,
  { known, readSecret, timeouts }: SendAttempt,
): Promise<Outcome> {
  try {
    // Both tries share one deadline: together they must leave time to record.
    const mail = { channel, notice, known, timeouts, signal: AbortSignal.timeout(timeouts.smtpTotalMs) };
    const url = await readSecret(channel.smtpSecret, { fresh: false });
    const first = isSmtpUrl(url) ? await send(url, mail) : null;
    if (first !== null && (first.status === "sent" || first.unanswered)) return first;

    // Any error may come from an outdated secret, so it is read again.
    const fresh = await readSecret(channel.smtpSecret, { fresh: true });
    if (!isSmtpUrl(fresh)) throw noSmtpUrl(channel);
    if (fresh === url && first !== null) return first;
    // A recipient of the first try is not in the second.
    return await send(fresh, { ...mail, known: first?.recipients ?? known });
  } catch (failure) {
    return { status: "failed", detail: messageOf(failure), recipients: known };
  }
}

function isSmtpUrl(value: string): boolean {
  return /^smtps?:$/.test(URL.parse(value.trim())?.protocol ?? "");
}

function noSmtpUrl({ id }: EmailChannel): Error {
  return new Error(
    `the secret of channel ${id} is not an SMTP URL; add a version like smtps://USER:PASSWORD@HOST:465, with special characters of the password percent-encoded`,
  );
}

interface Mail {
  readonly channel: EmailChannel;
  readonly notice: Notice;
  readonly known: readonly Recipient[];
  readonly timeouts: Timeouts;
  readonly signal: AbortSignal;
}

async function send(url: string, mail: Mail): Promise<Outcome> {
  const { channel, notice, known, timeouts } = mail;
  const settled = new Set(known.map((it) => it.pseudonym));
  const pending = channel.to.filter((address) => !settled.has(pseudonym(notice.id, address)));
  if (pending.length === 0) {
    return outcomeFor(notice.id, channel.to, known, [], "accepted");
  }

  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    url: url.trim(),
    connectionTimeout: timeouts.smtpConnectMs,
    greetingTimeout: timeouts.smtpConnectMs,
    socketTimeout: timeouts.smtpSilenceMs,
    dnsTimeout: timeouts.smtpConnectMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0]);
  // A failure after the last byte was read may mean that the message arrived.
  let handedOver = false;
  transport.use("stream", (message, done) => {
    message.message.transform(() => new PassThrough().once("end", () => (handedOver = true)));
    done();
  });
  const content = toEmail(notice, channel.id, channel.from);
  try {
    const info = await transport.sendMail({
      from: oneLine(channel.from),
      to: channel.to.map(oneLine),
      // The header names all recipients; the envelope only those that do not have it yet.
      envelope: { from: oneLine(channel.from), to: pending },
      subject: content.subject,
      text: content.text,
      html: content.html,
      messageId: content.messageId,
      ...(content.inReplyTo !== null && { inReplyTo: content.inReplyTo }),
      references: content.references,
      headers: content.headers,
      signal: mail.signal,
    });
    const refusals = refusalsOf(info.rejectedErrors);
    return outcomeFor(notice.id, channel.to, known, refusals, "accepted");
  } catch (failure) {
    const error = failure as SmtpError;
    const outcome = outcomeOf(error, mail, pending);
    return handedOver && !error.responseCode ? { ...outcome, unanswered: true } : outcome;
  } finally {
    transport.close();
  }
}

/** The error of nodemailer. */
interface SmtpError {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly recipient?: unknown;
  /** Recipients that were refused before the message was sent. */
  readonly rejectedErrors?: readonly SmtpError[];
}

/** Nodemailer resolves if at least one recipient was accepted; the others are only listed. */
function refusalsOf(rejected: readonly SmtpError[] = []): Refusal[] {
  return rejected.map(({ recipient, responseCode }) => ({
    address: String(recipient),
    reply: Number(responseCode ?? 0),
  }));
}

/** 4xx is temporary and 5xx permanent (RFC 5321, 4.2.1); nodemailer's own code does not distinguish them. */
function outcomeOf(error: SmtpError, mail: Mail, pending: readonly string[]): Outcome {
  const reply = Number(error.responseCode ?? 0);
  const code = /^E[A-Z]+$/.exec(String(error.code))?.[0] ?? "error";
  const detail = [code, reply || null, enhancedCode(error.response)].filter(Boolean).join(" ");
  if (code === "EAUTH" || code === "ECONFIG") {
    const later = reply >= 400 && reply < 500;
    return { status: later ? "failed" : "refused", detail, recipients: mail.known };
  }
  const one = refusalsOf(error.rejectedErrors);
  // An answer for the whole message applies to everyone who was not refused before.
  const all = reply >= 500 ? pending.map((address) => ({ address, reply })) : [];
  return outcomeFor(mail.notice.id, mail.channel.to, mail.known, [...one, ...all], "failed", detail);
}

/** `5.7.8` (RFC 3463). No other part of an answer is used, because a server may quote the message. */
function enhancedCode(response: unknown): string {
  return /(?:^|\s)([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(String(response))?.[1] ?? "";
}
