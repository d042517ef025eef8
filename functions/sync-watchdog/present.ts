import type { NotifyParts } from "../shared/alerting/notify.ts";
import type { Context } from "../shared/function/definition.ts";
import type { Missed } from "../shared/function/incomplete.ts";
import type { Answer } from "../shared/http/respond.ts";
import type { Decision } from "./decide.ts";
import { heartbeatMessage } from "./heartbeat.ts";
import { outageImpactOf } from "./outage-impact.ts";
import { evaluatedKeys, freshnessKey, toFindingGroups } from "./render.ts";
import { toBlocks, toJson, toTable } from "./report.ts";

export function answer(decision: Decision, _facts: unknown, { warehouse }: Context): Answer {
  return {
    json: toJson(decision, warehouse.runs),
    report: { title: "Is every source fresh?", blocks: toBlocks(decision, warehouse.runs) },
    table: toTable(decision),
  };
}

export function notices(decision: Decision, _facts: unknown, { file, warehouse }: Context): NotifyParts {
  return {
    groups: toFindingGroups(decision),
    evaluatedKeys: evaluatedKeys(decision.verdicts),
    monitoredKeys: file.sources.map(freshnessKey),
    heartbeat: {
      at: file.notifications.heartbeatAt,
      timeZone: file.timeZone,
      message: heartbeatMessage(decision),
    },
    outageImpact: (outage) => outageImpactOf(outage, file.sources, warehouse),
  };
}

export function summary({ asOf, summary }: Decision): object {
  return { as_of: asOf.toISOString(), summary };
}

export function missed({ verdicts }: Decision): Missed {
  const notChecked = verdicts.filter(({ checked }) => !checked);
  return {
    title: "Some checks could not be made",
    detail: `${notChecked.length} of ${verdicts.length} sources could not be checked; everything else was done.`,
    items: notChecked.map(({ source, finding, retry }) => ({
      text: `${source.id}: ${finding?.text ?? ""}`,
      retry,
    })),
  };
}

/** An answer that knows something says what it does not know; one that knows nothing is an error. */
export function knowsNothing({ verdicts }: Decision): boolean {
  return verdicts.every(({ checked }) => !checked);
}
