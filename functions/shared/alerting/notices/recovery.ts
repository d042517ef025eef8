import { latest } from "../../instants.ts";
import { formatDuration, formatInstant } from "../../report/format.ts";
import type { IncidentUpdate } from "../incidents/flapping.ts";
import { findingKey, type Incident } from "../incidents/incident.ts";
import { isCheckUnavailable } from "../incidents/match.ts";
import { distinctSubjects } from "../incidents/words.ts";
import type { FindingIdentity, Message, Outage } from "../types.ts";

/** How long it lasted and what it was about. The calling function adds what was missing. */
export function recoveryMessage(it: IncidentUpdate, incident: Incident, now: Date): Message {
  const { began, over: end, subjects } = outageOf(it, incident, now);
  const lasted = formatDuration(end.getTime() - began.getTime());
  const notMonitored = distinctSubjects(it.notMonitored);
  const checkable = it.recovered.length > 0 && it.recovered.every(isCheckUnavailable);
  const allIsWell = it.stillWrong.length === 0 && !checkable;
  const over = checkable ? "It can be checked again" : allIsWell ? "Everything is ok again" : "It ended";
  const stableText = end < now ? `, and stable since` : "";
  return {
    title: `${incident.title}: ended after ${lasted}`,
    lead:
      `${over} at ${formatInstant(end)}${stableText}. It lasted ${lasted}.` +
      (it.stillWrong.length === 0 ? "" : ` Still open: ${listed(it.stillWrong)}.`),
    facts: [
      // The first check may come long after the beginning. If the beginning is unknown, this is the only
      // known time.
      { label: incident.since === null ? "First seen" : "Began", value: formatInstant(began), detail: true },
      { label: allIsWell ? "Ok again" : "Ended", value: formatInstant(end), detail: true },
      { label: "Lasted", value: lasted, detail: true },
      { label: "Subjects", value: subjects.join(", ") },
      ...(it.stillWrong.length === 0 ? [] : [{ label: "Still open", value: listed(it.stillWrong) }]),
      ...(notMonitored.length === 0
        ? []
        : [{ label: "No longer monitored", value: notMonitored.join(", ") }]),
    ],
    actions: [],
    details: [],
  };
}

/** A flapping incident ended at its last recovery, not when it counted as stable. */
export function outageOf(it: IncidentUpdate, incident: Incident, now: Date): Outage {
  const notMonitored = distinctSubjects(it.notMonitored);
  const notified = [
    ...incident.notifiedFindings,
    ...(incident.pendingNotice?.findings ?? []),
    ...it.recovered,
  ];
  const recovered = new Set(it.recovered.map(findingKey));
  const recoveredAt = it.history
    .filter((one) => one.flappingSince !== null && recovered.has(findingKey(one)))
    .map((one) => one.changedAt);
  return {
    subjects: distinctSubjects(notified).filter((one) => !notMonitored.includes(one)),
    began: incident.since ?? incident.openedAt,
    over: latest(recoveredAt) ?? now,
  };
}

/** `facebook_ads_insights (freshness, critical)` */
function listed(findings: readonly FindingIdentity[]): string {
  return findings.map(({ subject, check, severity }) => `${subject} (${check}, ${severity})`).join(", ");
}
