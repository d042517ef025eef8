import { instantOf, instantOrNull, numberOf, textOf } from "../warehouse/row.ts";
import type { ParamType, Row, Warehouse } from "../warehouse/types.ts";
import type { Incident } from "./incident.ts";
import type { Told } from "./told.ts";
import type { FindingIdentity, NoticeReason, Severity } from "./types.ts";

/** An incident as it is to be remembered; its `version` is still the one it moves from. */
export interface Change {
  readonly incident: Incident;
  /** Why it is over; null while it is open. */
  readonly closedAs: NoticeReason | null;
}

/** Open incidents of a function, and the latest tick that has changed anything of it after `now`. */
export async function readIncidents(
  warehouse: Warehouse,
  from: string,
  now: Date,
): Promise<{ readonly open: readonly Incident[]; readonly decidedUntil: Date | null }> {
  const rows = await warehouse.query("alerting/read-incidents", { params: { function: from, now } });
  const later = rows
    .map((row) => instantOf(row, "changed_at"))
    .filter((at) => at > now)
    .sort((a, b) => b.getTime() - a.getTime());
  const open = rows.filter((row) => instantOrNull(row, "closed_at") === null).map(toIncident);
  return {
    // BigQuery keeps no uniqueness: should a conflict of two runs ever leave a row twice, it is one incident.
    open: [...new Map(open.map((incident) => [incident.id, incident])).values()],
    decidedUntil: later[0] ?? null,
  };
}

/**
 * Opens incidents for causes that have none. Of two runs that open the same cause, one wins.
 * @returns `complete: false` when another run has opened one of them; read them again then.
 */
export async function openIncidents(
  warehouse: Warehouse,
  from: string,
  incidents: readonly Incident[],
): Promise<{ readonly incidents: readonly Incident[]; readonly complete: boolean }> {
  const { affectedRows } = await warehouse.execute("alerting/open-incidents", {
    params: { function: from, rows: incidents.map(toRow) },
    types: { rows: [incidentType] },
  });
  return { incidents, complete: affectedRows === incidents.length };
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
    findings: findingsOf(row, "findings"),
    told: findingsOf(row, "told"),
    toldAt: instantOrNull(row, "told_at"),
    severity: severityOf(textOf(row, "severity")),
    title: textOf(row, "title"),
    since: instantOrNull(row, "since"),
    openedAt: instantOf(row, "opened_at"),
    changedAt: instantOf(row, "changed_at"),
  };
}

function findingsOf(row: Row, column: string): FindingIdentity[] {
  const parsed: unknown = JSON.parse(textOf(row, column));
  if (!Array.isArray(parsed)) throw new Error(`alert_state.${column} should hold a JSON list of findings`);
  return parsed.map((it: Partial<Record<keyof FindingIdentity, unknown>>) => {
    if (typeof it.check !== "string" || typeof it.subject !== "string") {
      throw new Error(`alert_state.${column}: a finding needs a check and a subject`);
    }
    return { check: it.check, subject: it.subject, severity: severityOf(it.severity) };
  });
}

function severityOf(value: unknown): Severity {
  if (value === "warning" || value === "critical") return value;
  throw new Error(`alert_state: a severity is warning or critical, not ${JSON.stringify(value)}`);
}
