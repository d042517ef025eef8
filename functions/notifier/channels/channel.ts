import type { Notice } from "../../shared/alerting/types.ts";
import type { Outcome, Recipient } from "./outcome.ts";

/** What the notifier asks of a kind of channel. `C` is the channel as the warehouse file declares it. */
export interface ChannelKind<C> {
  /** As a title names one of its channels, e.g. `Slack channel`. */
  readonly name: string;
  /** Sends a notice. Never throws: a refusal of one channel must not touch another. */
  send(channel: C, notice: Notice, attempt: SendAttempt): Promise<Outcome>;
  /** How a refusal for good reads in a notice on the other channels. @param detail of the outcome */
  describeRefusal(channel: C, detail: string): Refusal;
  /** What to do where the channel takes the message and refuses some recipients; absent where it has none. */
  readonly recipients?: {
    count(channel: C): number;
    actions(channel: C): readonly string[];
  };
}

export interface Refusal {
  /** `404 no_service`, `550`: what to look up, short enough for a title. */
  readonly shortly: string;
  /** What to do, most likely first. */
  readonly actions: readonly string[];
}

export interface SendAttempt extends Sending {
  /** Recipients for whom earlier attempts have left nothing to do. */
  readonly known: readonly Recipient[];
}

export interface Sending {
  readonly readSecret: ReadSecret;
  readonly timeouts: Timeouts;
}

/** `fresh` reads again what the instance already knows. */
export type ReadSecret = (name: string, options: { readonly fresh: boolean }) => Promise<string>;

/** How long an attempt waits for a channel. All of it together stays below the function's time limit. */
export interface Timeouts {
  readonly httpAnswerMs: number;
  /** A longer Retry-After is left to Pub/Sub: waiting in here is paid for. */
  readonly httpRetryAfterMs: number;
  readonly smtpConnectMs: number;
  /** A server may take long over a message it has taken (RFC 5321, 4.5.3.2.6), so this is as long as there is time. */
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
