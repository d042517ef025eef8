import { historyAfter, type IncidentUpdate } from "../incidents/flapping.ts";
import { type Incident, incidentId, matter, pseudonym, sameFindings, worst } from "../incidents/incident.ts";
import type { Suppressions } from "../incidents/suppression.ts";
import type { FindingGroup, FindingIdentity, Notice, NoticeReason, SpokenReason } from "../types.ts";
import { type Decision, tellable } from "./needs-notice.ts";

/** What is to be done about one cause. */
export interface Plan {
  readonly case: IncidentUpdate;
  /** As it is remembered. Of a late tick that found something new, as it would have been opened. */
  readonly incident: Incident;
  readonly decision: Decision;
  /** What is to be published, or null for a silence. Several causes may share one. */
  readonly notice: Notice | null;
  /** What people know to be wrong once they have heard it. */
  readonly known: readonly FindingIdentity[];
}

/** A record of a cause nobody has spoken of. */
export function opened(it: IncidentUpdate, from: string, now: Date): Incident {
  const key = it.group?.key ?? "";
  const id = incidentId(from, key, now);
  return {
    id,
    key,
    version: 0,
    findings: it.findings,
    told: it.told,
    toldAt: it.toldAt,
    telling: null,
    reminders: 0,
    acknowledged: null,
    history: it.history,
    owners: ownersAfter(it, id, []),
    severity: worst(it.findings.map((finding) => finding.severity)),
    title: it.group?.message.title ?? "",
    since: sinceOf(it.group),
    openedAt: now,
    changedAt: now,
  };
}

/**
 * What a notice makes known: what it is about, as it was found. What it does not name stays known as it was told
 * before: what is suppressed, what cannot be judged now, and what is well for the moment but flapping.
 */
export function knownAfter(it: IncidentUpdate, suppressions: Suppressions): readonly FindingIdentity[] {
  const told = new Map(it.told.map((one) => [matter(one), one]));
  const unseen = new Set(it.notJudged.map(matter));
  const named = new Set(
    tellable(it, suppressions)
      .map(matter)
      .filter((one) => !unseen.has(one)),
  );
  return [
    ...it.findings.flatMap((one) => (named.has(matter(one)) ? one : (told.get(matter(one)) ?? []))),
    ...it.stabilising.flatMap((one) => told.get(matter(one)) ?? []),
  ];
}

/** The record with what is about to be told; null where nothing is, or where that is remembered already. */
export function announced(plan: Plan, now: Date): Incident | null {
  const { case: it, incident, decision, notice, known } = plan;
  if (notice === null || !decision.speak || decision.repeats !== undefined) return null;
  return {
    ...incident,
    findings: it.findings,
    telling: { notice: notice.id, reason: decision.reason, findings: known, at: now },
    history: it.history,
    severity: worst([incident.severity, ...it.findings.map((finding) => finding.severity)]),
    changedAt: now,
  };
}

interface Settled {
  readonly incident: Incident;
  /** Why it is over; null while it is open. */
  readonly closedAs: NoticeReason | null;
}

/** The record after this tick, or null when nothing about it changed: a quiet tick writes nothing. */
export function settled(plan: Plan, now: Date): Settled | null {
  const { case: it, incident: was, decision } = plan;
  if (decision.reason === "stale_tick") return null;
  // A silence does not settle what a run before this one was about to tell.
  const silent = was.telling === null ? it : was;
  // The story of what moved goes on elsewhere, and may end there: nothing of it is known here any more.
  const gone = new Set(it.moved.map(matter));
  const next: Incident = {
    ...was,
    key: it.group?.key ?? was.key,
    findings: it.findings,
    told: (decision.speak ? plan.known : silent.told).filter((one) => !gone.has(matter(one))),
    toldAt: decision.speak ? now : silent.toldAt,
    telling: decision.speak ? null : was.telling,
    reminders: remindersAfter(was, decision),
    acknowledged: isLifted(was, decision) ? null : was.acknowledged,
    history: historyAfter(it, decision.speak, now),
    owners: ownersAfter(it, was.id, was.owners),
    severity: worst([was.severity, ...it.findings.map((finding) => finding.severity)]),
    title: titleOf(it, was),
    since: was.since ?? sinceOf(it.group),
    changedAt: now,
  };
  const isOver = it.findings.length === 0 && it.stabilising.length === 0;
  const closedAs = isOver ? decision.reason : null;
  const unchanged =
    closedAs === null &&
    !decision.speak &&
    next.key === was.key &&
    next.severity === was.severity &&
    it.stabilised.length === 0 &&
    sameFindings(next.findings, was.findings) &&
    sameFindings(next.told, was.told);
  return unchanged ? null : { incident: next, closedAs };
}

/** By whatever is said of it but that a part is well; not by what was said before somebody took it on. */
function isLifted({ acknowledged, telling }: Incident, decision: Decision): boolean {
  if (!decision.speak || decision.reason === "partly_recovered") return false;
  const isRepeated = decision.repeats !== undefined;
  return !(isRepeated && acknowledged !== null && telling !== null && acknowledged.at >= telling.at);
}

function ownersAfter(
  { group }: IncidentUpdate,
  incident: string,
  known: readonly string[],
): readonly string[] {
  return [...new Set([...known, ...(group?.owners ?? []).map((it) => pseudonym(incident, it))])];
}

const saysMore: readonly SpokenReason[] = ["first", "escalated", "new_finding", "flapping"];

/** Whatever is new begins the waits anew; less of the same does not. */
function remindersAfter({ reminders }: Incident, decision: Decision): number {
  if (!decision.speak) return reminders;
  if (decision.reason === "reminder") return reminders + 1;
  return saysMore.includes(decision.reason) ? 0 : reminders;
}

export function titleOf({ group }: IncidentUpdate, incident: Incident): string {
  return group?.message.title ?? incident.title;
}

function sinceOf(group: FindingGroup | null): Date | null {
  return group?.since ? new Date(group.since) : null;
}
