import { instantOf, instantOrNull, numberOf, textOf } from "../../stores/bigquery/row.ts";
import type { ParamType, Row } from "../../stores/bigquery/types.ts";
import type { Acknowledgement, FindingHistory, Incident, PendingNotice } from "../incidents/incident.ts";
import { type FindingIdentity, type NotifyReason, notifyReasons, type Severity } from "../types.ts";

/** The type of a row of `alert_state` in the statements' parameters. */
export const incidentType = {
  incident: "STRING",
  group_key: "STRING",
  version: "INT64",
  findings: "STRING",
  notified_findings: "STRING",
  notified_at: "TIMESTAMP",
  pending_notice: "STRING",
  reminders: "INT64",
  acknowledged: "STRING",
  history: "STRING",
  owners: "STRING",
  severity: "STRING",
  title: "STRING",
  since: "TIMESTAMP",
  opened_at: "TIMESTAMP",
  changed_at: "TIMESTAMP",
} satisfies ParamType;

export type StateRow = ReturnType<typeof toRow>;

export function toRow(it: Incident) {
  return {
    incident: it.id,
    group_key: it.key,
    version: it.version,
    findings: JSON.stringify(it.findings),
    notified_findings: JSON.stringify(it.notifiedFindings),
    notified_at: it.notifiedAt,
    pending_notice: it.pendingNotice === null ? null : JSON.stringify(it.pendingNotice),
    reminders: it.reminders,
    acknowledged: it.acknowledged === null ? null : JSON.stringify(it.acknowledged),
    history: JSON.stringify(
      it.history.map(({ changedAt, flappingSince, ...one }) => ({
        ...one,
        changed_at: changedAt,
        flapping_since: flappingSince,
      })),
    ),
    owners: JSON.stringify(it.owners),
    severity: it.severity,
    title: it.title,
    since: it.since,
    opened_at: it.openedAt,
    changed_at: it.changedAt,
  };
}

export function toIncident(row: Row): Incident {
  return {
    id: textOf(row, "incident"),
    key: textOf(row, "group_key"),
    version: numberOf(row, "version"),
    findings: findingsOf(textOf(row, "findings"), "findings"),
    notifiedFindings: findingsOf(textOf(row, "notified_findings"), "notified_findings"),
    notifiedAt: instantOrNull(row, "notified_at"),
    pendingNotice: intentionOf(row),
    reminders: numberOf(row, "reminders"),
    acknowledged: acknowledgementOf(row),
    history: historyOf(row),
    owners: listOf(textOf(row, "owners"), "owners").map((it) => stringOf(it, "owners")),
    severity: severityOf(textOf(row, "severity")),
    title: textOf(row, "title"),
    since: instantOrNull(row, "since"),
    openedAt: instantOf(row, "opened_at"),
    changedAt: instantOf(row, "changed_at"),
  };
}

/** @param column named in the error */
export function findingsOf(json: string, column: string): FindingIdentity[] {
  return listOf(json, column).map((it) => ({
    ...findingKeyOf(it, column),
    severity: severityOf(it.severity),
  }));
}

export function intentionOf(row: Row): PendingNotice | null {
  if (row.pending_notice === null) return null;
  const { notice, reason, findings, at } = JSON.parse(textOf(row, "pending_notice"));
  if (!isNotifyReason(reason)) throw wrong("pending_notice", "a reason to speak");
  return {
    notice: stringOf(notice, "pending_notice"),
    reason,
    findings: findingsOf(JSON.stringify(findings), "pending_notice"),
    at: timeOf(at, "pending_notice"),
  };
}

function acknowledgementOf(row: Row): Acknowledgement | null {
  if (row.acknowledged === null) return null;
  const { at, until } = JSON.parse(textOf(row, "acknowledged"));
  return { at: timeOf(at, "acknowledged"), until: timeOf(until, "acknowledged") };
}

function historyOf(row: Row): FindingHistory[] {
  return listOf(textOf(row, "history"), "history").map((it) => ({
    ...findingKeyOf(it, "history"),
    breaks: Array.isArray(it.breaks) ? it.breaks.map((at) => timeOf(at, "history")) : [],
    changedAt: timeOf(it.changed_at, "history"),
    flappingSince: it.flapping_since === null ? null : timeOf(it.flapping_since, "history"),
  }));
}

type Cells = Readonly<Record<string, unknown>>;

function listOf(json: string, column: string): readonly Cells[] {
  const parsed: unknown = JSON.parse(json);
  if (!Array.isArray(parsed)) throw wrong(column, "a JSON list");
  return parsed;
}

function findingKeyOf({ check, subject }: Cells, column: string) {
  return { check: stringOf(check, column), subject: stringOf(subject, column) };
}

function stringOf(value: unknown, column: string): string {
  if (typeof value !== "string") throw wrong(column, "unexpected text");
  return value;
}

function timeOf(value: unknown, column: string): Date {
  const at = new Date(stringOf(value, column));
  if (Number.isNaN(at.getTime())) throw wrong(column, "a time");
  return at;
}

function isNotifyReason(value: unknown): value is NotifyReason {
  return notifyReasons.some((reason) => reason === value);
}

function severityOf(value: unknown): Severity {
  if (value === "warning" || value === "critical") return value;
  throw new Error(`alert_state: a severity is warning or critical, not ${JSON.stringify(value)}`);
}

function wrong(column: string, wanted: string): Error {
  return new Error(`alert_state.${column} should hold ${wanted}`);
}
