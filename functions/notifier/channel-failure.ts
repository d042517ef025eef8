import type { Publish } from "../shared/alerting/notices/publish.ts";
import { notify } from "../shared/alerting/notify.ts";
import type { Notifications } from "../shared/config/types.ts";
import { messageOf } from "../shared/errors.ts";
import { log } from "../shared/log.ts";
import { instantOf, numberOf, textOf } from "../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../shared/stores/bigquery/types.ts";
import { withinTime } from "../shared/time-left.ts";
import type { Outcome } from "./channels/outcome.ts";
import { deliveryBy, judgedChannels, type Missed, refusalGroups, refusingChannels } from "./refusals.ts";

export interface ChannelFailureRequest {
  /** Pub/Sub gave the notice up before: a channel that still fails is reported like one that refuses. */
  readonly givenUp: boolean;
  readonly notifications: Notifications;
  /** The wall clock and not the notice's tick, because the channel refuses now. */
  readonly now: Date;
  /** Unique to this attempt. */
  readonly runId: string;
  readonly warehouse: Warehouse;
  readonly publish: Publish;
}

/** The delivery is already recorded; this limit keeps the answer within the platform's time limit. */
const maxMs = 15_000;

/**
 * Sends a notice that a channel refuses messages or accepts them again, under the same rules as every other
 * finding. So a notice about a refusing channel, which it refuses again, is not repeated.
 *
 * It runs at every attempt that shows a channel's state, because one query finds whether a working channel is
 * still stored as refusing. Never throws, and never takes long: the next refusal reports it again.
 */
export async function alertOnChannelFailure(
  outcomes: ReadonlyMap<string, Outcome>,
  request: ChannelFailureRequest,
): Promise<void> {
  const evaluated = judgedChannels(outcomes, request.givenUp);
  if (evaluated.size === 0) return;
  try {
    await withinTime(maxMs, () => notifyOfFailure(outcomes, evaluated, request));
  } catch (failure) {
    log.warning(`The notice about the channels could not be sent or recorded: ${messageOf(failure)}`);
  }
}

async function notifyOfFailure(
  outcomes: ReadonlyMap<string, Outcome>,
  judged: ReadonlySet<string>,
  { notifications: { channels, ...policy }, givenUp, now, runId, warehouse, publish }: ChannelFailureRequest,
): Promise<void> {
  const missed = await readMissed(warehouse, refusingChannels(outcomes));
  const groups = refusalGroups(channels, outcomes, missed, givenUp);
  // No channel could deliver the notice about it, and each attempt would fail in the same way.
  if (givenUp && groups.length === channels.length) {
    log.error("Every channel refuses messages or fails, so no notice can be delivered.");
    return;
  }
  await notify({
    functionName: "notifier",
    groups,
    evaluatedKeys: [...judged].map(deliveryBy),
    monitoredKeys: channels.map(({ id }) => deliveryBy(id)),
    now,
    runId,
    // Silences name sources, and a channel may have the same name as a source.
    policy: { ...policy, silences: [] },
    warehouse,
    publish,
  });
}

/** @throws WarehouseError */
export async function readMissed(
  warehouse: Warehouse,
  channels: readonly string[],
): Promise<ReadonlyMap<string, Missed>> {
  if (channels.length === 0) return new Map();
  const rows = await warehouse.query("notifier/missed-by-channel", {
    params: { channels },
    types: { channels: ["STRING"] },
  });
  return new Map(
    rows.map((row) => [
      textOf(row, "channel"),
      { notices: numberOf(row, "missed"), since: instantOf(row, "since") },
    ]),
  );
}
