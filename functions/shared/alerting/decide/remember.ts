import { historyAfter, type IncidentUpdate } from "../incidents/flapping.ts";
import {
  findingKey,
  type Incident,
  incidentId,
  pseudonym,
  sameFindings,
  worst,
} from "../incidents/incident.ts";
import type { Suppressions } from "../incidents/suppression.ts";
import type { FindingGroup, FindingIdentity, Notice, NoticeReason, NotifyReason } from "../types.ts";
import { type Decision, notifiable } from "./needs-notice.ts";

/** The planned changes for one incident. */
export interface Plan {
  readonly incidentUpdate: IncidentUpdate;
  /**
   * The stored incident. For a late tick with a new finding it is the incident that would have been opened.
   */
  readonly incident: Incident;
  readonly decision: Decision;
  /** The notice to publish, or null if it is suppressed. Several incidents may share one. */
  readonly notice: Notice | null;
  /** Findings that count as notified after this notice. */
  readonly known: readonly FindingIdentity[];
}

/** A new incident that has not been notified. */
export function opened(it: IncidentUpdate, from: string, now: Date): Incident {
  const key = it.group?.key ?? "";
  const id = incidentId(from, key, now);
  return {
    id,
    key,
    version: 0,
    findings: it.findings,
    notifiedFindings: it.notifiedFindings,
    notifiedAt: it.notifiedAt,
    pendingNotice: null,
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
 * The notified findings after a notice: the ones it names. The ones it does not name keep their earlier
 * state: suppressed findings, findings that cannot be evaluated now, and flapping findings that are ok at the
 * moment.
 */
export function knownAfter(it: IncidentUpdate, suppressions: Suppressions): readonly FindingIdentity[] {
  const notified = new Map(it.notifiedFindings.map((one) => [findingKey(one), one]));
  const unseen = new Set(it.notEvaluated.map(findingKey));
  const named = new Set(
    notifiable(it, suppressions)
      .map(findingKey)
      .filter((one) => !unseen.has(one)),
  );
  return [
    ...it.findings.flatMap((one) =>
      named.has(findingKey(one)) ? one : (notified.get(findingKey(one)) ?? []),
    ),
    ...it.stabilising.flatMap((one) => notified.get(findingKey(one)) ?? []),
  ];
}

/** The incident with its pending notice; null if there is none, or if it is stored already. */
export function announced(plan: Plan, now: Date): Incident | null {
  const { incidentUpdate: it, incident, decision, notice, known } = plan;
  if (notice === null || !decision.notify || decision.repeats !== undefined) return null;
  return {
    ...incident,
    findings: it.findings,
    pendingNotice: { notice: notice.id, reason: decision.reason, findings: known, at: now },
    history: it.history,
    severity: worst([incident.severity, ...it.findings.map((finding) => finding.severity)]),
    changedAt: now,
  };
}

interface Settled {
  readonly incident: Incident;
  /** Why the incident is closed; null while it is open. */
  readonly closedAs: NoticeReason | null;
}

/** The incident after this tick, or null if nothing changed: a quiet tick writes nothing. */
export function settled(plan: Plan, now: Date): Settled | null {
  const { incidentUpdate: it, incident: was, decision } = plan;
  if (decision.reason === "stale_tick") return null;
  // A suppressed tick keeps the notice that an earlier run left pending.
  const silent = was.pendingNotice === null ? it : was;
  // Findings that moved to another incident are not known here any more.
  const gone = new Set(it.moved.map(findingKey));
  const next: Incident = {
    ...was,
    key: it.group?.key ?? was.key,
    findings: it.findings,
    notifiedFindings: (decision.notify ? plan.known : silent.notifiedFindings).filter(
      (one) => !gone.has(findingKey(one)),
    ),
    notifiedAt: decision.notify ? now : silent.notifiedAt,
    pendingNotice: decision.notify ? null : was.pendingNotice,
    reminders: remindersAfter(was, decision),
    acknowledged: isLifted(was, decision) ? null : was.acknowledged,
    history: historyAfter(it, decision.notify, now),
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
    !decision.notify &&
    next.key === was.key &&
    next.severity === was.severity &&
    it.stabilised.length === 0 &&
    sameFindings(next.findings, was.findings) &&
    sameFindings(next.notifiedFindings, was.notifiedFindings);
  return unchanged ? null : { incident: next, closedAs };
}

/** An acknowledgement ends with any later notice except `partly_recovered`. */
function isLifted({ acknowledged, pendingNotice: pending }: Incident, decision: Decision): boolean {
  if (!decision.notify || decision.reason === "partly_recovered") return false;
  const isRepeated = decision.repeats !== undefined;
  return !(isRepeated && acknowledged !== null && pending !== null && acknowledged.at >= pending.at);
}

function ownersAfter(
  { group }: IncidentUpdate,
  incident: string,
  known: readonly string[],
): readonly string[] {
  return [...new Set([...known, ...(group?.owners ?? []).map((it) => pseudonym(incident, it))])];
}

const saysMore: readonly NotifyReason[] = ["first", "escalated", "new_finding", "flapping"];

/** A new finding starts the waits again; a recovered one does not. */
function remindersAfter({ reminders }: Incident, decision: Decision): number {
  if (!decision.notify) return reminders;
  if (decision.reason === "reminder") return reminders + 1;
  return saysMore.includes(decision.reason) ? 0 : reminders;
}

export function titleOf({ group }: IncidentUpdate, incident: Incident): string {
  return group?.message.title ?? incident.title;
}

function sinceOf(group: FindingGroup | null): Date | null {
  return group?.since ? new Date(group.since) : null;
}
