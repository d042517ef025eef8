import { instantOf, instantOrNull, numberOf, textOf } from "../warehouse/row.ts";
import type { Row, Warehouse } from "../warehouse/types.ts";
import type { FindingIdentity } from "./types.ts";

/** An incident as people ask for it: what is remembered, without what only the next decision needs. */
export interface Remembered {
  readonly incident: string;
  /** The cause, e.g. `connector:facebook`. */
  readonly key: string;
  readonly version: number;
  readonly title: string;
  readonly severity: string;
  /** What is wrong now. */
  readonly findings: readonly FindingIdentity[];
  /** All that it is about, what was told and is well again too. */
  readonly subjects: readonly string[];
  readonly toldAt: Date | null;
  readonly reminders: number;
  readonly acknowledged: { readonly at: Date; readonly until: Date } | null;
  /** Subjects that people know to be flapping. */
  readonly flapping: readonly string[];
  /** When the cause began where that is known, else when it was first seen. */
  readonly since: Date;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly closedAs: string | null;
}

/** Null where the function has no such incident. @throws WarehouseError */
export async function findIncident(
  warehouse: Warehouse,
  from: string,
  incident: string,
  now: Date,
): Promise<Remembered | null> {
  return (await read(warehouse, from, incident, now))[0] ?? null;
}

/** Oldest first. @throws WarehouseError */
export function findOpen(warehouse: Warehouse, from: string, now: Date): Promise<readonly Remembered[]> {
  return read(warehouse, from, null, now);
}

async function read(
  warehouse: Warehouse,
  from: string,
  incident: string | null,
  now: Date,
): Promise<readonly Remembered[]> {
  const rows = await warehouse.query("alerting/find-incident", {
    params: { function: from, incident, now },
    types: { incident: "STRING" },
  });
  return rows.map(toRemembered);
}

function toRemembered(row: Row): Remembered {
  const findings = listOf(row, "findings").map((it) => ({
    check: String(it.check),
    subject: String(it.subject),
    severity: it.severity === "warning" ? ("warning" as const) : ("critical" as const),
  }));
  const told = listOf(row, "told").map((it) => String(it.subject));
  return {
    incident: textOf(row, "incident"),
    key: textOf(row, "group_key"),
    version: numberOf(row, "version"),
    title: textOf(row, "title"),
    severity: textOf(row, "severity"),
    findings,
    subjects: [...new Set([...findings.map(({ subject }) => subject), ...told])].sort(),
    toldAt: instantOrNull(row, "told_at"),
    reminders: numberOf(row, "reminders"),
    acknowledged: acknowledgementOf(row),
    flapping: listOf(row, "history")
      .filter((it) => it.flapping_since !== null)
      .map((it) => String(it.subject)),
    since: instantOrNull(row, "since") ?? instantOf(row, "opened_at"),
    openedAt: instantOf(row, "opened_at"),
    closedAt: instantOrNull(row, "closed_at"),
    closedAs: row.closed_as === null ? null : textOf(row, "closed_as"),
  };
}

function acknowledgementOf(row: Row): Remembered["acknowledged"] {
  if (row.acknowledged === null) return null;
  const { at, until } = JSON.parse(textOf(row, "acknowledged"));
  const times = { at: new Date(at), until: new Date(until) };
  if (Number.isNaN(times.at.getTime()) || Number.isNaN(times.until.getTime())) {
    throw new Error("alert_state.acknowledged should hold the times at and until");
  }
  return times;
}

function listOf(row: Row, column: string): readonly Readonly<Record<string, unknown>>[] {
  const list: unknown = JSON.parse(textOf(row, column));
  if (!Array.isArray(list)) throw new Error(`alert_state.${column} should hold a JSON list`);
  return list;
}
