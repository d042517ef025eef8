import type { Channel } from "../shared/config/types.ts";
import type { Outcome, Recipient } from "./channels/outcome.ts";

/** `free`: nobody has tried it yet. */
export type DeliveryStatus = "free" | "sending" | "sent" | "failed" | "refused";

/** A row of what is remembered of one notice on one channel. */
export interface Delivery {
  /** Channel id. */
  readonly channel: string;
  readonly status: DeliveryStatus;
  /** The attempt that holds or last held it. */
  readonly claim: string;
  /** Of what is being sent: until then it is the attempt's. Of what failed: before then it is not tried again. */
  readonly leaseUntil: Date;
  /** Of those by email: who has it, and who will never get it. */
  readonly recipients: readonly Recipient[];
  /** The channel took the message once and did not answer: it may have arrived. */
  readonly unanswered: boolean;
}

export interface Plan {
  readonly send: readonly Channel[];
  /** Another attempt is at it, or crashed at it less than a lease ago; or the channel asked for patience. */
  readonly wait: readonly Channel[];
  readonly sent: readonly Channel[];
  readonly refused: readonly Channel[];
  /** What was refused is tried too. */
  readonly again?: true;
}

/** Whether a row leaves its delivery to whoever comes: untried, failed long enough ago, or left behind by a crash. */
export function isOpen({ status, leaseUntil }: Delivery, now: Date): boolean {
  return status === "free" || ((status === "failed" || status === "sending") && leaseUntil <= now);
}

type Step = Exclude<keyof Plan, "again">;

/**
 * What is still to be done for a notice, by what each channel has of it already. A delivery that has two
 * rows is what the one furthest on says: sent is sent.
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
 * The same for a notice that was given up once. Where nobody has it, what was refused is tried too: the webhook
 * may have been replaced since.
 */
export function decideAgain(channels: readonly Channel[], deliveries: readonly Delivery[], now: Date): Plan {
  const plan = decide(channels, deliveries, now);
  if (plan.sent.length + plan.wait.length > 0) return plan;
  return { ...plan, send: channels, refused: [], again: true };
}

/**
 * - `delivered`: at least one channel has it, and no channel can get it any more than it has;
 * - `retry`: Pub/Sub should bring it again, for the channels that may still get it;
 * - `all_refused`: every channel refused it for good: nobody was notified;
 * - `no_channel`: the warehouse file names no channel.
 */
export type Verdict = "delivered" | "retry" | "all_refused" | "no_channel";

export function verdict(plan: Plan, outcomes: readonly Outcome[]): Verdict {
  if (plan.wait.length > 0 || outcomes.some(({ status }) => status === "failed")) return "retry";
  if (plan.sent.length > 0 || outcomes.some(({ status }) => status === "sent")) return "delivered";
  return plan.refused.length > 0 || outcomes.length > 0 ? "all_refused" : "no_channel";
}
