import type { Channel } from "../shared/config/types.ts";
import type { Outcome, Recipient } from "./channels/outcome.ts";

/** `free` means that it was not tried yet. */
export type DeliveryStatus = "free" | "sending" | "sent" | "failed" | "refused";

/** The stored state of one notice on one channel. */
export interface Delivery {
  /** Channel id. */
  readonly channel: string;
  readonly status: DeliveryStatus;
  /** Id of the attempt that holds or last held it. */
  readonly claim: string;
  /** While sending: until then the attempt holds it. After a failure: it is not tried again before then. */
  readonly leaseUntil: Date;
  /** For email: the recipients that have it, and those that refused it permanently. */
  readonly recipients: readonly Recipient[];
  /** The channel took the message once without an answer: it may have arrived. */
  readonly unanswered: boolean;
}

export interface Plan {
  readonly send: readonly Channel[];
  /** Another attempt holds it, or crashed less than a lease ago, or the channel asked to wait. */
  readonly wait: readonly Channel[];
  readonly sent: readonly Channel[];
  readonly refused: readonly Channel[];
  /** Refused deliveries are tried too. */
  readonly again?: true;
}

/**
 * Whether an attempt may claim the delivery: it is untried, failed long enough ago, or was left by a crash.
 */
export function isOpen({ status, leaseUntil }: Delivery, now: Date): boolean {
  return status === "free" || ((status === "failed" || status === "sending") && leaseUntil <= now);
}

type Step = Exclude<keyof Plan, "again">;

/**
 * The deliveries of a notice that remain, by the state of each channel. If a delivery has two rows, the more
 * advanced one counts: `sent` wins.
 */
export function decide(channels: readonly Channel[], deliveries: readonly Delivery[], now: Date): Plan {
  const step = (channel: Channel): Step => {
    const taken = deliveries.filter((it) => it.channel === channel.id && !isOpen(it, now));
    if (taken.some(({ status }) => status === "sent")) return "sent";
    if (taken.some(({ status }) => status === "refused")) return "refused";
    return taken.length > 0 ? "wait" : "send";
  };
  const those = (wanted: Step) => channels.filter((channel) => step(channel) === wanted);
  return { send: those("send"), wait: those("wait"), sent: those("sent"), refused: those("refused") };
}

/**
 * The same for a notice that Pub/Sub gave up. If no channel has it, refused deliveries are tried too, because
 * the webhook may have been replaced.
 */
export function decideAgain(channels: readonly Channel[], deliveries: readonly Delivery[], now: Date): Plan {
  const plan = decide(channels, deliveries, now);
  if (plan.sent.length + plan.wait.length > 0) return plan;
  return { ...plan, send: channels, refused: [], again: true };
}

/**
 * - `delivered`: at least one channel has it, and no other attempt is needed;
 * - `retry`: Pub/Sub should deliver it again, for the channels that may still accept it;
 * - `all_refused`: every channel refused it permanently, so it was not delivered;
 * - `no_channel`: the warehouse file names no channel.
 */
export type Verdict = "delivered" | "retry" | "all_refused" | "no_channel";

export function verdict(plan: Plan, outcomes: readonly Outcome[]): Verdict {
  if (plan.wait.length > 0 || outcomes.some(({ status }) => status === "failed")) return "retry";
  if (plan.sent.length > 0 || outcomes.some(({ status }) => status === "sent")) return "delivered";
  return plan.refused.length > 0 || outcomes.length > 0 ? "all_refused" : "no_channel";
}
