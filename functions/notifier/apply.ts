import { setTimeout as sleep } from "node:timers/promises";
import type { Notice } from "../shared/alerting/types.ts";
import type { Channel } from "../shared/config/types.ts";
import { isRetryable } from "../shared/errors.ts";
import type { Warehouse } from "../shared/stores/bigquery/types.ts";
import { needTime } from "../shared/time-left.ts";
import type { Sending } from "./channels/channel.ts";
import type { Outcome } from "./channels/outcome.ts";
import { maxSendMs, send } from "./channels/registry.ts";
import type { Plan } from "./decide.ts";
import { claimDeliveries, recordDeliveries } from "./deliveries.ts";

/** Longer than the function's time limit, so that a lease only runs out after a crash. */
const leaseMs = 120_000;

export interface Applied {
  /** The plan without the channels that another attempt claimed first; those moved to `wait`. */
  readonly plan: Plan;
  /** By channel id. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** One attempt to send a notice to its channels. */
export interface Attempt extends Sending {
  /** Unique to this attempt. */
  readonly claim: string;
  /** The wall clock and not the tick: leases measure how long a process has been running. */
  readonly clock: () => Date;
  readonly warehouse: Warehouse;
}

/**
 * Claims, sends, records. If the process crashes, or cannot reach the warehouse, between sending and
 * recording, the message is sent a second time after the lease. It is never lost.
 *
 * @throws WarehouseError
 */
export async function apply(plan: Plan, notice: Notice, attempt: Attempt): Promise<Applied> {
  if (plan.send.length === 0) return { plan, outcomes: new Map() };
  needTime(maxSendMs, "send and record");
  const { warehouse, clock } = attempt;
  const now = clock();
  const claim = {
    id: attempt.claim,
    now,
    leaseUntil: new Date(now.getTime() + leaseMs),
    refusedToo: plan.again === true,
  };
  const ids = plan.send.map(({ id }) => id);
  const claimed = await claimDeliveries(warehouse, notice, ids, claim);
  const mine = (channel: Channel) => claimed.has(channel.id);
  const ours = {
    ...plan,
    send: plan.send.filter(mine),
    wait: [...plan.wait, ...plan.send.filter((it) => !mine(it))],
  };

  // Each outcome is recorded as soon as it is known, one after the other, because two concurrent UPDATEs of a
  // table conflict.
  let recorded: Promise<void> = Promise.resolve();
  const sent = await Promise.all(
    ours.send.map(async (channel) => {
      const known = claimed.get(channel.id) ?? { recipients: [], unanswered: false };
      const outcome = onceMoreAtMost(
        await send(channel, notice, { ...attempt, known: known.recipients }),
        known.unanswered,
      );
      const of = new Map([[channel.id, outcome]]);
      const at = clock();
      recorded = recorded.then(() => record(() => recordDeliveries(warehouse, notice, of, claim, at)));
      await recorded;
      return [channel.id, outcome] as const;
    }),
  );
  return { plan: ours, outcomes: new Map(sent) };
}

/**
 * A message that was accepted twice without an answer has most likely arrived twice, so it is not sent a
 * third time.
 */
export function onceMoreAtMost(outcome: Outcome, wasUnanswered: boolean): Outcome {
  if (!outcome.unanswered || !wasUnanswered) return outcome;
  return {
    ...outcome,
    status: "sent",
    detail: `${outcome.detail}, twice; it may have arrived`,
    incomplete: true,
  };
}

/** Some seconds in total; queued DML takes that long. */
const recordTries = 5;

/**
 * UPDATEs of one table conflict, also those of other notices. Pub/Sub repeats a claim that fails, but a sent
 * message cannot be taken back, and without its record it would be sent again.
 */
async function record(write: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (failure) {
      if (tries === recordTries || !isRetryable(failure)) throw failure;
      await sleep(100 * 2 ** tries);
    }
  }
}
