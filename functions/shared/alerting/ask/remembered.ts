import { instantOrNull, textOf } from "../../stores/bigquery/row.ts";
import type { Row, Warehouse } from "../../stores/bigquery/types.ts";
import type { Incident } from "../incidents/incident.ts";
import { distinctSubjects } from "../incidents/words.ts";
import { isAnnouncementKey } from "../news/announcement.ts";
import { toIncident } from "../state/incident-row.ts";

/** An incident as `/why` and `/ack` show it. */
export interface Remembered extends Incident {
  /** Every subject of the incident, including those that were notified and are ok again. */
  readonly subjects: readonly string[];
  /** Subjects that were notified as flapping. */
  readonly flapping: readonly string[];
  /** When the cause began, or when it was first seen if that is unknown. */
  readonly began: Date;
  readonly closedAt: Date | null;
  readonly closedAs: string | null;
}

/** @returns null if the function has no such incident; announcements do not count. @throws WarehouseError */
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
  return rows.filter((row) => !isAnnouncementKey(textOf(row, "group_key"))).map(toRemembered);
}

function toRemembered(row: Row): Remembered {
  const it = toIncident(row);
  return {
    ...it,
    subjects: distinctSubjects([...it.findings, ...it.notifiedFindings]),
    flapping: it.history.filter((one) => one.flappingSince !== null).map(({ subject }) => subject),
    began: it.since ?? it.openedAt,
    closedAt: instantOrNull(row, "closed_at"),
    closedAs: row.closed_as === null ? null : textOf(row, "closed_as"),
  };
}
