import { type Incident, incidentId, sameFindings, worst } from "./incident.ts";
import type { Case } from "./match-incidents.ts";
import type { Decision } from "./needs-notice.ts";
import type { Change } from "./state.ts";
import type { FindingGroup, Notice } from "./types.ts";

/** What is to be done about one cause. */
export interface Plan {
  readonly case: Case;
  /** As it is remembered. Of a late tick that found something new, as it would have been opened. */
  readonly incident: Incident;
  readonly decision: Decision;
  /** What is to be published, or null for a silence. */
  readonly notice: Notice | null;
}

/** A record of a cause nobody has spoken of. */
export function opened(it: Case, from: string, now: Date): Incident {
  const key = it.group?.key ?? "";
  return {
    id: incidentId(from, key, now),
    key,
    version: 0,
    findings: it.findings,
    told: it.told,
    toldAt: it.toldAt,
    telling: null,
    severity: worst(it.findings.map((finding) => finding.severity)),
    title: it.group?.message.title ?? "",
    since: sinceOf(it.group),
    openedAt: now,
    changedAt: now,
  };
}

/** The record with what is about to be told; null where nothing is, or where that is remembered already. */
export function announced({ case: it, incident, decision, notice }: Plan, now: Date): Incident | null {
  if (notice === null || !decision.speak || decision.repeats !== undefined) return null;
  return {
    ...incident,
    findings: it.findings,
    telling: { notice: notice.id, reason: decision.reason, findings: it.findings, at: now },
    severity: worst([incident.severity, ...it.findings.map((finding) => finding.severity)]),
    changedAt: now,
  };
}

/** The record after this tick, or null when nothing about it changed: a quiet tick writes nothing. */
export function settled({ case: it, incident: was, decision }: Plan, now: Date): Change | null {
  if (decision.reason === "stale_tick") return null;
  // A silence does not settle what a run before this one was about to tell.
  const told = was.telling === null ? it : was;
  const next: Incident = {
    ...was,
    key: it.group?.key ?? was.key,
    findings: it.findings,
    told: decision.speak ? it.findings : told.told,
    toldAt: decision.speak ? now : told.toldAt,
    telling: decision.speak ? null : was.telling,
    severity: worst([was.severity, ...it.findings.map((finding) => finding.severity)]),
    title: titleOf(it, was),
    since: was.since ?? sinceOf(it.group),
    changedAt: now,
  };
  const closedAs = it.findings.length === 0 ? decision.reason : null;
  const unchanged =
    closedAs === null &&
    !decision.speak &&
    next.key === was.key &&
    next.severity === was.severity &&
    sameFindings(next.findings, was.findings) &&
    sameFindings(next.told, was.told);
  return unchanged ? null : { incident: next, closedAs };
}

export function titleOf({ group }: Case, incident: Incident): string {
  return group?.message.title ?? incident.title;
}

function sinceOf(group: FindingGroup | null): Date | null {
  return group?.since ? new Date(group.since) : null;
}
