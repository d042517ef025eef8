import { formatInstant } from "../../report/format.ts";
import { type Decision, recoveredFindings } from "../decide/needs-notice.ts";
import type { IncidentUpdate } from "../incidents/flapping.ts";
import { digest, findingKey, findingSet, type Incident, pseudonym } from "../incidents/incident.ts";
import { originalKey } from "../incidents/match.ts";
import { distinctFindings, distinctSubjects, findingsText, isOrAre, subjectsOf } from "../incidents/words.ts";
import type {
  FindingGroup,
  FindingIdentity,
  Message,
  Notice,
  NotifyReason,
  SuppressReason,
} from "../types.ts";
import { recoveryMessage } from "./recovery.ts";

interface Speaker {
  readonly functionName: string;
  readonly now: Date;
  readonly owners?: readonly string[];
}

/**
 * The notice of a decision to notify. Its id contains no time, so two runs with the same decision make the
 * same id.
 *
 * @param known findings that count as notified after this notice
 */
export function noticeOf(
  it: IncidentUpdate,
  incident: Incident,
  decision: Decision & { notify: true },
  known: readonly FindingIdentity[],
  { functionName: from, now, owners = [] }: Speaker,
): Notice {
  const about = [...it.findings, ...it.recovered, ...it.stabilising, ...incident.notifiedFindings];
  const message =
    it.group === null
      ? recoveryMessage(it, incident, now)
      : problemMessage(messageOf(it.group, it, known), it, decision);
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
    subjects: distinctSubjects([...about, ...(incident.pendingNotice?.findings ?? [])]),
    // The recovery goes to every owner who got the problem.
    owners: [
      ...new Set([
        ...(it.group?.owners ?? []),
        ...owners.filter((owner) => incident.owners.includes(pseudonym(incident.id, owner))),
      ]),
    ],
    from,
    at: now.toISOString(),
    why: decision.why,
    links: message.links ?? [],
  };
}

function noticeId(it: IncidentUpdate, incident: Incident, decision: Decision): string {
  return digest([incident.id, incident.version, findingSet(it.findings), decision.reason]).slice(0, 32);
}

function messageOf(
  { message, messageOf: worded }: FindingGroup,
  { notifiedFindings: notified }: IncidentUpdate,
  known: readonly FindingIdentity[],
): Message {
  if (worded === undefined) return message;
  const before = new Map(notified.map((it) => [findingKey(it), it.severity]));
  const isNews = (it: FindingIdentity) =>
    !before.has(findingKey(it)) || (it.severity === "critical" && before.get(findingKey(it)) === "warning");
  return worded(known.filter(isNews).map(originalKey));
}

/** Puts the new findings first and shortens the ones that were in an earlier notice. */
function problemMessage(message: Message, it: IncidentUpdate, { reason }: Decision): Message {
  const resolved = distinctFindings(recoveredFindings(it), it.findings);
  const flapping = it.newlyFlapping.map((one) => breaksOf(it, one));
  return {
    ...message,
    ...headOf(message, it, reason),
    facts: [
      ...message.facts,
      ...(resolved.length > 0 ? [{ label: "Ok again", value: resolved.join(", ") }] : []),
      ...(flapping.length > 0 ? [{ label: "Flapping", value: flapping.join("; ") }] : []),
    ],
    details: reason === "reminder" ? [] : message.details,
    ...(reason === "reminder" && { appendix: undefined }),
  };
}

function headOf(
  { title, lead }: Message,
  it: IncidentUpdate,
  reason: NotifyReason | SuppressReason,
): Pick<Message, "title" | "lead"> {
  if (reason === "partly_recovered") {
    const well = `${findingsText(it.recovered, it.findings)} ${isOrAre(it.recovered)} ok again`;
    return { title: `${well}; still open: ${title}`, lead };
  }
  if (reason === "flapping") {
    const often = Math.max(...it.newlyFlapping.map((one) => historyOf(it, one)?.breaks.length ?? 0));
    return {
      title: `${subjectsOf(it.newlyFlapping)} broke ${often} times within a day`,
      lead: `No more messages about it until it is stable. Now: ${lead}`,
    };
  }
  return { title, lead };
}

function historyOf({ history }: IncidentUpdate, { check, subject }: FindingIdentity) {
  return history.find((one) => one.check === check && one.subject === subject);
}

/** "shopify_utm broke at 8 Feb 2026 12:00 UTC, 8 Feb 2026 15:00 UTC" */
function breaksOf(it: IncidentUpdate, finding: FindingIdentity): string {
  return `${finding.subject} broke at ${(historyOf(it, finding)?.breaks ?? []).map(formatInstant).join(", ")}`;
}
