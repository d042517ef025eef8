import type { Notice } from "../../shared/alerting/types.ts";
import type { Outcome, Recipient } from "./outcome.ts";

/** The interface of a kind of channel. `C` is the channel as the warehouse file declares it. */
export interface ChannelKind<C> {
  /** The name in titles, e.g. `Slack channel`. */
  readonly name: string;
  /** Sends a notice. Never throws, so that a refusal of one channel does not affect another. */
  send(channel: C, notice: Notice, attempt: SendAttempt): Promise<Outcome>;
  /** Words a permanent refusal for a notice on the other channels. @param detail of the outcome */
  describeRefusal(channel: C, detail: string): Refusal;
  /**
   * Actions if the channel accepts the message and refuses some recipients; absent if it has no recipients.
   */
  readonly recipients?: {
    count(channel: C): number;
    actions(channel: C): readonly string[];
  };
}

export interface Refusal {
  /** `404 no_service`, `550`: the code to look up, short enough for a title. */
  readonly shortly: string;
  /** What to do, most likely first. */
  readonly actions: readonly string[];
}

export interface SendAttempt extends Sending {
  /** Recipients that earlier attempts have settled. */
  readonly known: readonly Recipient[];
}

export interface Sending {
  readonly readSecret: ReadSecret;
  readonly timeouts: Timeouts;
}

/** `fresh` reads the secret again, even if the instance has it. */
export type ReadSecret = (name: string, options: { readonly fresh: boolean }) => Promise<string>;

/** Time limits of an attempt. Their sum is below the function's time limit. */
export interface Timeouts {
  readonly httpAnswerMs: number;
  /** A longer Retry-After is left to Pub/Sub, because waiting in the function costs money. */
  readonly httpRetryAfterMs: number;
  readonly smtpConnectMs: number;
  /**
   * A server may need long for a message it has accepted (RFC 5321, 4.5.3.2.6), so this uses all the
   * available time.
   */
  readonly smtpSilenceMs: number;
  /** From the connection to the last answer. */
  readonly smtpTotalMs: number;
}

export const defaultTimeouts: Timeouts = {
  httpAnswerMs: 10_000,
  httpRetryAfterMs: 5_000,
  smtpConnectMs: 10_000,
  smtpSilenceMs: 25_000,
  smtpTotalMs: 25_000,
};
