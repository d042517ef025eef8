import type { Channel } from "../shared/config/types.ts";

/** `free`: nobody has tried it yet. */
export type DeliveryStatus = "free" | "sending" | "sent" | "failed" | "refused";

/** A row of what is remembered of one notice on one channel. */
export interface Delivery {
  /** Channel id. */
  readonly channel: string;
  readonly status: DeliveryStatus;
  /** The attempt that holds or last held it. */
  readonly claim: string;
  readonly leaseUntil: Date;
}

/** What came of trying to send. `failed` may succeed later; `refused` will not. */
export interface Outcome {
  readonly status: "sent" | "failed" | "refused";
  /** What the channel answered; without secrets or addresses. */
  readonly detail: string;
  /** Sent, but not to everybody, or not as drawn. */
  readonly incomplete?: true;
}

export interface Plan {
  readonly send: readonly Channel[];
  /** Another attempt is at it, or crashed at it less than a lease ago. */
  readonly wait: readonly Channel[];
  readonly sent: readonly Channel[];
  readonly refused: readonly Channel[];
}

/** Whether a row leaves its delivery to whoever comes: untried, failed, or left behind by a crash. */
export function isOpen({ status, leaseUntil }: Delivery, now: Date): boolean {
  return status === "free" || status === "failed" || (status === "sending" && leaseUntil <= now);
}

/**
 * What is still to be done for a notice, by what each channel has of it already. A delivery that has two
 * rows is what the one furthest on says: sent is sent.
 */
export function decide(channels: readonly Channel[], deliveries: readonly Delivery[], now: Date): Plan {
  const step = (channel: Channel): keyof Plan => {
    const taken = deliveries.filter((it) => it.channel === channel.id && !isOpen(it, now));
    if (taken.some(({ status }) => status === "sent")) return "sent";
    if (taken.some(({ status }) => status === "refused")) return "refused";
    return taken.length > 0 ? "wait" : "send";
  };
  const those = (wanted: keyof Plan) => channels.filter((channel) => step(channel) === wanted);
  return { send: those("send"), wait: those("wait"), sent: those("sent"), refused: those("refused") };
}

/**
 * - `delivered`: at least one channel has it, and no channel can get it any more than it has;
 * - `again`: Pub/Sub should bring it again, for the channels that may still get it;
 * - `unheard`: every channel refused it for good: nobody was told;
 * - `nobody`: the warehouse file names no channel.
 */
export type Verdict = "delivered" | "again" | "unheard" | "nobody";

export function verdict(plan: Plan, outcomes: readonly Outcome[]): Verdict {
  if (plan.wait.length > 0 || outcomes.some(({ status }) => status === "failed")) return "again";
  if (plan.sent.length > 0 || outcomes.some(({ status }) => status === "sent")) return "delivered";
  return plan.refused.length > 0 || outcomes.length > 0 ? "unheard" : "nobody";
}
