import { formatInstant } from "../report/format.ts";
import type { DampedCase } from "./flapping.ts";
import { digest, findingSet, type Incident, pseudonym } from "./incident.ts";
import type { Decision } from "./needs-notice.ts";
import { recoveryMessage } from "./recovery.ts";
import type { FindingIdentity, Message, Notice } from "./types.ts";
import { distinctSubjects } from "./words.ts";

interface Speaker {
  readonly from: string;
  readonly now: Date;
  readonly owners?: readonly string[];
}

/** The notice of a decision to speak. Its id holds no time, so whoever decides the same makes the same id. */
export function noticeOf(
  it: DampedCase,
  incident: Incident,
  decision: Decision & { speak: true },
  { from, now, owners = [] }: Speaker,
): Notice {
  const about = [...it.findings, ...it.recovered, ...it.settling, ...incident.told];
  return {
    ...(it.group === null
      ? recoveryMessage(it, incident, now)
      : problemMessage(it.group.message, it, decision)),
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
    subjects: distinctSubjects([...about, ...(incident.telling?.findings ?? [])]),
    // Who heard that it began hears that it is over.
    owners: [
      ...new Set([
        ...(it.group?.owners ?? []),
        ...owners.filter((owner) => incident.owners.includes(pseudonym(incident.id, owner))),
      ]),
    ],
    from,
    at: now.toISOString(),
    why: decision.why,
    links: [],
  };
}

function noticeId(it: DampedCase, incident: Incident, decision: Decision): string {
  return digest([incident.id, incident.version, findingSet(it.findings), decision.reason]).slice(0, 32);
}

/** What was said before is not said again at length. */
function problemMessage(message: Message, it: DampedCase, { reason }: Decision): Message {
  const wellAgain = reason === "partly_recovered" ? distinctSubjects(it.recovered) : [];
  const flapping = it.newlyFlapping.map((one) => breaksOf(it, one));
  return {
    ...message,
    facts: [
      ...message.facts,
      ...(wellAgain.length > 0 ? [{ label: "Well again", value: wellAgain.join(", ") }] : []),
      ...(flapping.length > 0 ? [{ label: "Flapping", value: flapping.join("; ") }] : []),
    ],
    details: reason === "reminder" ? [] : message.details,
  };
}

/** "shopify_utm broke at 8 Feb 2026 12:00 UTC, 8 Feb 2026 15:00 UTC" */
function breaksOf({ history }: DampedCase, { check, subject }: FindingIdentity): string {
  const breaks = history.find((one) => one.check === check && one.subject === subject)?.breaks ?? [];
  return `${subject} broke at ${breaks.map(formatInstant).join(", ")}`;
}
