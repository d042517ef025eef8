import { formatDuration, formatInstant } from "../report/format.ts";
import { digest, findingSet, type Incident } from "./incident.ts";
import type { Case } from "./match-incidents.ts";
import type { Decision } from "./needs-notice.ts";
import type { Message, Notice } from "./types.ts";

/** The notice of a decision to speak. Its id holds no time, so whoever decides the same makes the same id. */
export function noticeOf(
  it: Case,
  incident: Incident,
  decision: Decision & { speak: true },
  from: string,
  now: Date,
): Notice {
  const message = it.group?.message ?? recovery(it, incident, now);
  return {
    ...message,
    id: noticeId(it, incident, decision),
    incident: incident.id,
    kind: decision.reason === "recovered" ? "recovery" : "problem",
    reason: decision.reason,
    severity:
      it.group === null
        ? incident.severity
        : it.findings.some((finding) => finding.severity === "critical")
          ? "critical"
          : "warning",
    from,
    at: now.toISOString(),
    why: decision.why,
  };
}

function noticeId(it: Case, incident: Incident, decision: Decision): string {
  return digest([incident.id, incident.version, findingSet(it.findings), decision.reason]).slice(0, 32);
}

function recovery(it: Case, incident: Incident, now: Date): Message {
  const began = incident.since ?? incident.openedAt;
  const lasted = formatDuration(now.getTime() - began.getTime());
  const subjects = [...new Set([...incident.told, ...it.recovered].map((finding) => finding.subject))].sort();
  return {
    title: incident.title,
    lead: `Over: all is well again at ${formatInstant(now)}. It lasted ${lasted}.`,
    facts: [
      // The first look may come long after the beginning; without a known beginning it is all there is.
      { label: incident.since === null ? "First seen" : "Began", value: formatInstant(began) },
      { label: "Well again", value: formatInstant(now) },
      { label: "Lasted", value: lasted },
      { label: "It was about", value: subjects.join(", ") },
    ],
    actions: [],
    details: [],
  };
}
