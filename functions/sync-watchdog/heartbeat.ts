import { moneyText } from "../checks/freshness/problems.ts";
import type { Verdict } from "../checks/freshness/types.ts";
import type { Message } from "../shared/alerting/types.ts";
import { formatHours } from "../shared/report/format.ts";
import type { Decision } from "./decide.ts";

/** The heartbeat: how many sources were checked, their status, and which is the oldest. */
export function heartbeatMessage({ verdicts, summary, problems }: Decision): Message {
  const oldest = verdicts
    .filter(({ ageMs }) => ageMs !== null)
    .sort((a, b) => (b.ageMs ?? 0) - (a.ageMs ?? 0))[0];
  const evaluated = `${verdicts.length} ${verdicts.length === 1 ? "source" : "sources"} evaluated`;
  const notOk = verdicts.length - summary.ok;
  const how = notOk === 0 ? "all fresh" : `${summary.ok} fresh, ${notOk} not`;
  const money = [...new Set(problems.flatMap(({ impact }) => impact.map(moneyText)))].join(" and ");
  return {
    title: "Heartbeat: no open incident",
    lead: [
      `${evaluated}: ${how}.`,
      ...(money === "" ? [] : [`Not visible: ${money}.`]),
      ...(oldest === undefined ? [] : [`${ageOf(oldest)}.`]),
    ].join(" "),
    facts: [],
    actions: [],
    details: [],
  };
}

function ageOf({ source, ageMs }: Verdict): string {
  return `The oldest is ${source.id}, ${formatHours(ageMs ?? 0)} old`;
}
