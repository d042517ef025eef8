import { instantOf, instantOrNull, numberOf, textOf } from "../warehouse/row.ts";
import type { ParamType, Row, Warehouse } from "../warehouse/types.ts";
import type { Incident, Intention } from "./incident.ts";
import type { Told } from "./told.ts";
import type { FindingIdentity, NoticeReason, Severity, SpokenReason } from "./types.ts";

/** An incident as it is to be remembered; its `version` is still the one it moves from. */
export interface Change {
  readonly incident: Incident;
  /** Why it is over; null while it is open. */
  readonly closedAs: NoticeReason | null;
}

/** What is remembered of a function. */
export interface Memory {
  readonly open: readonly Incident[];
  /** The latest tick after this one that has run; null where this is the latest. */
  readonly decidedUntil: Date | null;
  /** Counts the changes of all incidents of the function; an opening is none. */
  readonly turn: number;
}

export async function readIncidents(warehouse: Warehouse, from: string, now: Date): Promise<Memory> {
  const rows = await warehouse.query("alerting/read-incidents", { params: { function: from, now } });
  const [facts] = rows;
  if (facts === undefined) throw new Error("alerting/read-incidents answers one row at least");
  return {
    open: rows.filter((row) => row.incident !== null).map(toIncident),
    decidedUntil: instantOrNull(facts, "decided_until"),
    turn: numberOf(facts, "turn"),
  };
}

/** Remembers incidents nobody has spoken of. Of two runs at once, both may: `announce` lets one speak. */
export async function openIncidents(
  warehouse: Warehouse,
  from: string,
  incidents: readonly Incident[],
): Promise<void> {
  await warehouse.execute("alerting/open-incidents", {
    params: { function: from, rows: incidents.map(toRow) },
    types: { rows: [incidentType] },
  });
}

/**
 * Remembers what is about to be published, all or nothing.
 *
 * @param turn as it was read; the incidents are those that were read with it, or opened since.
 * @returns false when another run has changed anything since: nothing is remembered then, and nothing may be published.
 */
export async function announce(
  warehouse: Warehouse,
  from: string,
  turn: number,
  incidents: readonly Incident[],
): Promise<boolean> {
  if (incidents.length === 0) return true;
  const { affectedRows } = await warehouse.execute("alerting/announce-notices", {
    params: { function: from, turn, rows: incidents.map(toRow) },
    types: { turn: "INT64", rows: [incidentType] },
  });
  // More than asked for where an incident has two rows.
  return affectedRows >= incidents.length;
}

/** Compare-and-set on the version. @returns how many were saved; the others had been changed by another run. */
export async function saveIncidents(warehouse: Warehouse, changes: readonly Change[]): Promise<number> {
  if (changes.length === 0) return 0;
  const { affectedRows } = await warehouse.execute("alerting/save-incidents", {
    params: { rows: changes.map(({ incident, closedAs }) => ({ ...toRow(incident), closed_as: closedAs })) },
    types: { rows: [{ ...incidentType, closed_as: "STRING" }] },
  });
  return affectedRows;
}

export interface LogEntry {
  readonly from: string;
  readonly runId: string;
  readonly now: Date;
  readonly told: readonly Told[];
}

/** Writes every decision of a run, silences too. A repeated write of the same run adds nothing. */
export async function logDecisions(
  warehouse: Warehouse,
  { from, runId, now, told }: LogEntry,
): Promise<void> {
  await warehouse.execute("alerting/log-decisions", {
    params: {
      run_id: runId,
      function: from,
      now,
      rows: told.map((it) => ({
        incident: it.incident,
        group_key: it.key,
        title: it.title,
        spoken: it.decision.speak,
        reason: it.decision.reason,
        why: it.decision.why,
        notice: it.notice?.id ?? null,
        failure: it.failure,
        findings: JSON.stringify(it.case.findings),
      })),
    },
    types: {
      rows: [
        {
          incident: "STRING",
          group_key: "STRING",
          title: "STRING",
          spoken: "BOOL",
          reason: "STRING",
          why: "STRING",
          notice: "STRING",
          failure: "STRING",
          findings: "STRING",
        },
      ],
    },
  });
}

const incidentType = {
  incident: "STRING",
  group_key: "STRING",
  version: "INT64",
  findings: "STRING",
  told: "STRING",
  told_at: "TIMESTAMP",
  telling: "STRING",
  severity: "STRING",
  title: "STRING",
  since: "TIMESTAMP",
  opened_at: "TIMESTAMP",
  changed_at: "TIMESTAMP",
} satisfies ParamType;

function toRow(it: Incident) {
  return {
    incident: it.id,
    group_key: it.key,
    version: it.version,
    findings: JSON.stringify(it.findings),
    told: JSON.stringify(it.told),
    told_at: it.toldAt,
    telling: it.telling === null ? null : JSON.stringify(it.telling),
    severity: it.severity,
    title: it.title,
    since: it.since,
    opened_at: it.openedAt,
    changed_at: it.changedAt,
  };
}

function toIncident(row: Row): Incident {
  return {
    id: textOf(row, "incident"),
    key: textOf(row, "group_key"),
    version: numberOf(row, "version"),
    findings: findingsOf(textOf(row, "findings"), "findings"),
    told: findingsOf(textOf(row, "told"), "told"),
    toldAt: instantOrNull(row, "told_at"),
    telling: intentionOf(row),
    severity: severityOf(textOf(row, "severity")),
    title: textOf(row, "title"),
    since: instantOrNull(row, "since"),
    openedAt: instantOf(row, "opened_at"),
    changedAt: instantOf(row, "changed_at"),
  };
}

function intentionOf(row: Row): Intention | null {
  if (row.telling === null) return null;
  const { notice, reason, findings, at } = JSON.parse(textOf(row, "telling"));
  const when = new Date(at);
  if (typeof notice !== "string" || !isSpokenReason(reason) || Number.isNaN(when.getTime())) {
    throw new Error("alert_state.telling should hold a notice, a reason, findings and a time");
  }
  return { notice, reason, findings: findingsOf(JSON.stringify(findings), "telling"), at: when };
}

function findingsOf(json: string, column: string): FindingIdentity[] {
  const parsed: unknown = JSON.parse(json);
  if (!Array.isArray(parsed)) throw new Error(`alert_state.${column} should hold a JSON list of findings`);
  return parsed.map((it: Partial<Record<keyof FindingIdentity, unknown>>) => {
    if (typeof it.check !== "string" || typeof it.subject !== "string") {
      throw new Error(`alert_state.${column}: a finding needs a check and a subject`);
    }
    return { check: it.check, subject: it.subject, severity: severityOf(it.severity) };
  });
}

const spokenReasons: readonly unknown[] = [
  "first",
  "escalated",
  "new_finding",
  "reminder",
  "recovered",
] satisfies SpokenReason[];

function isSpokenReason(value: unknown): value is SpokenReason {
  return spokenReasons.includes(value);
}

function severityOf(value: unknown): Severity {
  if (value === "warning" || value === "critical") return value;
  throw new Error(`alert_state: a severity is warning or critical, not ${JSON.stringify(value)}`);
}
