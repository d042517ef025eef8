import { instantOf, instantOrNull, numberOf, textOf } from "../../stores/bigquery/row.ts";
import type { ParamType, Row } from "../../stores/bigquery/types.ts";
import type { Acknowledgement, Incident, Intention, MatterHistory } from "../incidents/incident.ts";
import { type FindingIdentity, type Severity, type SpokenReason, spokenReasons } from "../types.ts";

/** The type of a row of `alert_state` in the statements' parameters. */
export const incidentType = {
  incident: "STRING",
  group_key: "STRING",
  version: "INT64",
  findings: "STRING",
  told: "STRING",
  told_at: "TIMESTAMP",
  telling: "STRING",
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
    told: JSON.stringify(it.told),
    told_at: it.toldAt,
    telling: it.telling === null ? null : JSON.stringify(it.telling),
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
    told: findingsOf(textOf(row, "told"), "told"),
    toldAt: instantOrNull(row, "told_at"),
    telling: intentionOf(row),
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
  return listOf(json, column).map((it) => ({ ...matterOf(it, column), severity: severityOf(it.severity) }));
}

export function intentionOf(row: Row): Intention | null {
  if (row.telling === null) return null;
  const { notice, reason, findings, at } = JSON.parse(textOf(row, "telling"));
  if (!isSpokenReason(reason)) throw wrong("telling", "a reason to speak");
  return {
    notice: stringOf(notice, "telling"),
    reason,
    findings: findingsOf(JSON.stringify(findings), "telling"),
    at: timeOf(at, "telling"),
  };
}

function acknowledgementOf(row: Row): Acknowledgement | null {
  if (row.acknowledged === null) return null;
  const { at, until } = JSON.parse(textOf(row, "acknowledged"));
  return { at: timeOf(at, "acknowledged"), until: timeOf(until, "acknowledged") };
}

function historyOf(row: Row): MatterHistory[] {
  return listOf(textOf(row, "history"), "history").map((it) => ({
    ...matterOf(it, "history"),
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

function matterOf({ check, subject }: Cells, column: string) {
  return { check: stringOf(check, column), subject: stringOf(subject, column) };
}

function stringOf(value: unknown, column: string): string {
  if (typeof value !== "string") throw wrong(column, "text where there is none");
  return value;
}

function timeOf(value: unknown, column: string): Date {
  const at = new Date(stringOf(value, column));
  if (Number.isNaN(at.getTime())) throw wrong(column, "a time");
  return at;
}

function isSpokenReason(value: unknown): value is SpokenReason {
  return spokenReasons.some((reason) => reason === value);
}

function severityOf(value: unknown): Severity {
  if (value === "warning" || value === "critical") return value;
  throw new Error(`alert_state: a severity is warning or critical, not ${JSON.stringify(value)}`);
}

function wrong(column: string, wanted: string): Error {
  return new Error(`alert_state.${column} should hold ${wanted}`);
}
