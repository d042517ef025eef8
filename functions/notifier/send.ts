import type { Notice } from "../shared/alerting/types.ts";
import type { Channel } from "../shared/config/types.ts";
import { leftMs } from "../shared/time-left.ts";
import type { Outcome, Recipient } from "./decide.ts";
import { sendEmail } from "./email.ts";
import { sendSlack } from "./slack.ts";

/** `fresh` reads again what the instance already knows. */
export type ReadSecret = (name: string, options: { readonly fresh: boolean }) => Promise<string>;

/** How long an attempt waits for a channel. All of it together stays below the function's time limit. */
export interface Patience {
  readonly slackAnswerMs: number;
  /** A longer Retry-After is left to Pub/Sub: waiting in here is paid for. */
  readonly slackRetryAfterMs: number;
  readonly smtpConnectMs: number;
  /** A server may take long over a message it has taken (RFC 5321, 4.5.3.2.6), so this is as long as there is time. */
  readonly smtpSilenceMs: number;
  /** From the connection to the last answer. */
  readonly smtpWholeMs: number;
}

export const usualPatience: Patience = {
  slackAnswerMs: 10_000,
  slackRetryAfterMs: 5_000,
  smtpConnectMs: 10_000,
  smtpSilenceMs: 25_000,
  smtpWholeMs: 25_000,
};

export interface Sending {
  readonly readSecret: ReadSecret;
  readonly patience: Patience;
}

/** A send that is not recorded is sent again, so none is begun that may not be over, and recorded, in time. */
export const longestSendMs = 30_000;

/** Sends a notice by one channel. Never throws. @param known recipients for whom nothing is left to do */
export async function send(
  channel: Channel,
  notice: Notice,
  known: readonly Recipient[],
  sending: Sending,
): Promise<Outcome> {
  if (leftMs() < longestSendMs) {
    return { status: "failed", detail: "no time was left for it at this attempt", recipients: known };
  }
  switch (channel.kind) {
    case "slack":
      return sendSlack(channel, notice, sending);
    case "email":
      return sendEmail(channel, notice, known, sending);
  }
}
