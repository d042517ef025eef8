import type { Policy } from "../../../../functions/shared/alerting/decide/needs-notice.ts";
import {
  type Incident,
  incidentId,
  worst,
} from "../../../../functions/shared/alerting/incidents/incident.ts";
import type {
  FindingGroup,
  FindingIdentity,
  FindingKey,
  Severity,
} from "../../../../functions/shared/alerting/types.ts";

export const noon = new Date("2026-02-08T12:00:00Z");
const hourMs = 3_600_000;
export const fourHours = 4 * hourMs;

/** Reminders every four hours; flapping is more than three breaks in 24 hours, so still is eight. */
export const aPolicy: Policy = {
  repeatAfterMs: [fourHours],
  flapping: { moreThan: 3, withinMs: 24 * hourMs },
  silences: [],
};

export function hoursLater(hours: number): Date {
  return new Date(noon.getTime() + hours * hourMs);
}

export function critical(...subjects: string[]): FindingIdentity[] {
  return subjects.map((subject) => ({ check: "freshness", subject, severity: "critical" }));
}

/** The matters of the check that most cases are about. */
export function freshness(...subjects: string[]): FindingKey[] {
  return subjects.map((subject) => ({ check: "freshness", subject }));
}

export function warning(...subjects: string[]): FindingIdentity[] {
  return subjects.map((subject) => ({ check: "freshness", subject, severity: "warning" }));
}

export function aGroup(key: string, findings: readonly FindingIdentity[], since?: string): FindingGroup {
  return {
    key,
    findings: findings.map((it) => ({ ...it, summary: `${it.subject} is stale` })),
    since: since ?? null,
    message: {
      title: `${key} stopped`,
      lead: "Nothing arrived.",
      facts: [],
      actions: ["Look."],
      details: [],
    },
  };
}

export interface NotifiedState {
  readonly findings: readonly FindingIdentity[];
  readonly notified?: readonly FindingIdentity[];
  readonly notifiedAt?: Date | null;
  readonly pendingNotice?: Incident["pendingNotice"];
  readonly openedAt?: Date;
  readonly changedAt?: Date;
  readonly severity?: Severity;
  readonly reminders?: number;
  readonly acknowledged?: Incident["acknowledged"];
  readonly history?: Incident["history"];
}

export function anIncident(key: string, state: NotifiedState): Incident {
  const openedAt = state.openedAt ?? noon;
  return {
    id: incidentId("sync-watchdog", key, openedAt),
    key,
    version: 2,
    findings: state.findings,
    notifiedFindings: state.notified ?? state.findings,
    notifiedAt: state.notifiedAt === undefined ? noon : state.notifiedAt,
    pendingNotice: state.pendingNotice ?? null,
    reminders: state.reminders ?? 0,
    acknowledged: state.acknowledged ?? null,
    history: state.history ?? [],
    owners: [],
    severity: state.severity ?? worst(state.findings.map((it) => it.severity)),
    title: `${key} stopped`,
    since: null,
    openedAt,
    changedAt: state.changedAt ?? openedAt,
  };
}
