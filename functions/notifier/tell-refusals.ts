import type { Publish } from "../shared/alerting/notices/publish.ts";
import { tellPeople } from "../shared/alerting/tell.ts";
import type { Notifications } from "../shared/config/types.ts";
import { messageOf } from "../shared/errors.ts";
import { log } from "../shared/log.ts";
import { instantOf, numberOf, textOf } from "../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../shared/stores/bigquery/types.ts";
import { withinTime } from "../shared/time-left.ts";
import type { Outcome } from "./channels/outcome.ts";
import { deliveryBy, judgedChannels, type Missed, refusalGroups, refusingChannels } from "./refusals.ts";

export interface RefusalTelling {
  /** The notice was given up before: a channel that still fails is told of like one that refuses. */
  readonly givenUp: boolean;
  readonly notifications: Notifications;
  /** The wall clock: a channel refuses now, whatever tick the notice was of. */
  readonly now: Date;
  /** Unique to this attempt. */
  readonly runId: string;
  readonly warehouse: Warehouse;
  readonly publish: Publish;
}

/** The delivery is recorded; its answer must not come too late for the platform because of this. */
const longestMs = 15_000;

/**
 * Tells people that a channel refuses messages, or takes them again, with the same anti-spam as everything else:
 * so what is told of a refusing channel, and is refused by it again, is held.
 *
 * Asks at every attempt that knows how a channel is, because one query tells whether a channel that works is
 * still remembered as refusing. Never throws, and never takes long: the next refusal tells it.
 */
export async function tellRefusals(
  outcomes: ReadonlyMap<string, Outcome>,
  telling: RefusalTelling,
): Promise<void> {
  const judged = judgedChannels(outcomes, telling.givenUp);
  if (judged.size === 0) return;
  try {
    await withinTime(longestMs, () => tell(outcomes, judged, telling));
  } catch (failure) {
    log.warning(`How the channels are could not be sent or remembered: ${messageOf(failure)}`);
  }
}

async function tell(
  outcomes: ReadonlyMap<string, Outcome>,
  judged: ReadonlySet<string>,
  { notifications: { channels, ...policy }, givenUp, now, runId, warehouse, publish }: RefusalTelling,
): Promise<void> {
  const missed = await readMissed(warehouse, refusingChannels(outcomes));
  const groups = refusalGroups(channels, outcomes, missed, givenUp);
  // Nobody could hear it; and each attempt to say so would be one more that nobody hears.
  if (givenUp && groups.length === channels.length) {
    log.error("Every channel refuses messages or fails; nobody can be notified.");
    return;
  }
  await tellPeople({
    from: "notifier",
    groups,
    judged: [...judged].map(deliveryBy),
    watched: channels.map(({ id }) => deliveryBy(id)),
    now,
    runId,
    // Silences are of sources; a channel may have the name of one.
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
