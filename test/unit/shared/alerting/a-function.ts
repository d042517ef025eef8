import { type NotifyRequest, notify } from "../../../../functions/shared/alerting/notify.ts";
import type { FindingGroup, Notice } from "../../../../functions/shared/alerting/types.ts";
import { TemporaryError } from "../../../../functions/shared/errors.ts";
import { aPolicy, freshness } from "./a-case.ts";
import { aMemory, type Memory } from "./memory.ts";

export const everything: readonly string[] = ["a", "b", "c", "d"];

/** One function, ticking: what it finds, and everything that was published. */
export function aFunction(memory: Memory = aMemory()) {
  const published: Notice[] = [];
  let refuses = false;
  const tick = (now: Date, groups: readonly FindingGroup[], parts: Partial<NotifyRequest> = {}) =>
    notify({
      functionName: "sync-watchdog",
      groups,
      evaluatedKeys: freshness(...everything),
      monitoredKeys: freshness(...everything),
      now,
      runId: `sync-watchdog/${now.toISOString()}`,
      policy: aPolicy,
      warehouse: memory,
      publish: async (notice) => {
        if (refuses) throw new TemporaryError("the topic is away");
        published.push(notice);
      },
      ...parts,
    });
  return {
    memory,
    published,
    tick,
    topicAway(away: boolean) {
      refuses = away;
    },
    reasons: () => published.map(({ reason }) => reason),
    distinct: () => new Set(published.map(({ id }) => id)).size,
  };
}
