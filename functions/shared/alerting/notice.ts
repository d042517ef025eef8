import { formatDuration, formatInstant } from "../report/format.ts";
import { digest, findingSet, type Incident } from "./incident.ts";
import { type Case, isBlindness } from "./match-incidents.ts";
import type { Decision } from "./needs-notice.ts";
import type { FindingIdentity, Message, Notice } from "./types.ts";

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
    id: decision.repeats ?? noticeId(it, incident, decision),
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
    subjects: [
      ...new Set([...it.findings, ...it.recovered, ...incident.told].map(({ subject }) => subject)),
    ].sort(),
    owners: it.group?.owners ?? [],
    links: [],
  };
}

function noticeId(it: Case, incident: Incident, decision: Decision): string {
  return digest([incident.id, incident.version, findingSet(it.findings), decision.reason]).slice(0, 32);
}

function recovery(it: Case, incident: Incident, now: Date): Message {
  const began = incident.since ?? incident.openedAt;
  const lasted = formatDuration(now.getTime() - began.getTime());
  const unwatched = subjectsOf(it.unwatched);
  const about = subjectsOf([...incident.told, ...(incident.telling?.findings ?? []), ...it.recovered]).filter(
    (it) => !unwatched.includes(it),
  );
  const checkable = it.recovered.length > 0 && it.recovered.every(isBlindness);
  const allIsWell = it.stillWrong.length === 0 && !checkable;
  const over = checkable ? "It can be checked again" : allIsWell ? "All is well again" : "This is over";
  return {
    title: incident.title,
    lead:
      `${over} at ${formatInstant(now)}. It lasted ${lasted}.` +
      (it.stillWrong.length === 0 ? "" : ` Not well yet: ${listed(it.stillWrong)}.`),
    facts: [
      // The first look may come long after the beginning; without a known beginning it is all there is.
      { label: incident.since === null ? "First seen" : "Began", value: formatInstant(began) },
      { label: allIsWell ? "Well again" : "Over", value: formatInstant(now) },
      { label: "Lasted", value: lasted },
      { label: "It was about", value: about.join(", ") },
      ...(it.stillWrong.length === 0 ? [] : [{ label: "Not well yet", value: listed(it.stillWrong) }]),
      ...(unwatched.length === 0 ? [] : [{ label: "Not watched any more", value: unwatched.join(", ") }]),
    ],
    actions: [],
    details: [],
  };
}

function subjectsOf(findings: readonly FindingIdentity[]): string[] {
  return [...new Set(findings.map((finding) => finding.subject))].sort();
}

/** `facebook_ads_insights (freshness, critical)` */
function listed(findings: readonly FindingIdentity[]): string {
  return findings.map(({ subject, check, severity }) => `${subject} (${check}, ${severity})`).join(", ");
}
