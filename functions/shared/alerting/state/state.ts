import { messageOf } from "../../errors.ts";
import { log } from "../../log.ts";
import { instantOrNull, numberOf, textOf } from "../../stores/bigquery/row.ts";
import type { Row, Warehouse } from "../../stores/bigquery/types.ts";
import type { Incident } from "../incidents/incident.ts";
import type { KnownElsewhere } from "../incidents/suppression.ts";
import { type Announcement, isAnnouncementKey } from "../news/announcement.ts";
import type { NoticeReason } from "../types.ts";
import { announcementRow, toAnnouncement } from "./announcement-row.ts";
import { findingsOf, incidentType, type StateRow, toIncident, toRow } from "./incident-row.ts";

/** A record with a row in `alert_state`. */
export type Recorded = Incident | Announcement;

/** The new values of a record; its `version` is still the stored one. */
export interface Change {
  readonly incident: Recorded;
  /** Why it is closed; null while it is open. */
  readonly closedAs: NoticeReason | null;
}

function rowOf(it: Recorded): StateRow {
  return "pending" in it ? announcementRow(it) : toRow(it);
}

/** The stored state of a function. */
export interface Memory {
  readonly open: readonly Incident[];
  /** Closed since the requested instant, or with a requested key. */
  readonly recent: readonly Incident[];
  /** Heartbeats and news, open ones and recent ones. */
  readonly announcements: readonly Announcement[];
  /** Ids whose rows cannot be read. */
  readonly unreadable: ReadonlySet<string>;
  /** The latest later tick that has already run; null if this is the latest. */
  readonly decidedUntil: Date | null;
  /** Counts the changes of all incidents of the function; an opening does not count. */
  readonly turn: number;
}

interface Wanted {
  readonly now: Date;
  /** How far back closed incidents are read. */
  readonly since: Date;
  /** Keys of which closed incidents are read however old they are. */
  readonly keys?: readonly string[];
}

export async function readIncidents(
  warehouse: Warehouse,
  from: string,
  { now, since, keys = [] }: Wanted,
): Promise<Memory> {
  const rows = await warehouse.query("alerting/read-incidents", {
    params: { function: from, now, since, keys },
    types: { keys: ["STRING"] },
  });
  const [facts] = rows;
  if (facts === undefined) throw new Error("alerting/read-incidents answers one row at least");
  const known = rows.filter((row) => row.incident !== null);
  const [ofAnnouncements = [], ofIncidents = []] = [true, false].map((wanted) =>
    known.filter((row) => isAnnouncementKey(textOf(row, "group_key")) === wanted),
  );
  const unreadable = new Set<string>();
  const read = <T>(some: readonly Row[], parse: (row: Row) => T): T[] =>
    some.flatMap((row) => readable(row, parse, unreadable));
  return {
    open: read(
      ofIncidents.filter((row) => row.closed_at === null),
      toIncident,
    ),
    recent: read(
      ofIncidents.filter((row) => row.closed_at !== null),
      toIncident,
    ),
    announcements: read(ofAnnouncements, toAnnouncement),
    unreadable,
    decidedUntil: instantOrNull(facts, "decided_until"),
    turn: numberOf(facts, "turn"),
  };
}

/** One unreadable row must not stop all notices of a function. At worst its cause is notified twice. */
function readable<T>(row: Row, parse: (row: Row) => T, unreadable: Set<string>): T[] {
  try {
    return [parse(row)];
  } catch (failure) {
    log.error(
      `An incident in alert_state cannot be read and is left out; correct the row, or close it by setting closed_at: ${messageOf(failure)}`,
      { incident: row.incident },
    );
    unreadable.add(textOf(row, "incident"));
    return [];
  }
}

/** An older finding of another function is out of date: that function was removed or does not run. */
const stillFoundMs = 2 * 86_400_000;

/** Findings that other functions have notified. */
export async function readKnownElsewhere(
  warehouse: Warehouse,
  from: string,
  now: Date,
): Promise<KnownElsewhere[]> {
  const since = new Date(now.getTime() - stillFoundMs);
  const rows = await warehouse.query("alerting/read-known-elsewhere", { params: { function: from, since } });
  return rows.map((row) => ({
    title: textOf(row, "title"),
    notified: findingsOf(textOf(row, "notified_findings"), "notified_findings"),
  }));
}

/**
 * Stores incidents that have not been notified. Two concurrent runs may both do it: `announce` lets only one
 * publish.
 */
export async function openIncidents(
  warehouse: Warehouse,
  from: string,
  incidents: readonly Recorded[],
): Promise<void> {
  await warehouse.execute("alerting/open-incidents", {
    params: { function: from, rows: incidents.map(rowOf) },
    types: { rows: [incidentType] },
  });
}

/**
 * Stores the pending notices, all or none.
 *
 * @param turn as it was read; the incidents are those read with it, or opened since.
 * @returns false if another run has changed anything since: then nothing is stored, and nothing may be
 *   published.
 */
export async function announce(
  warehouse: Warehouse,
  from: string,
  turn: number,
  incidents: readonly Recorded[],
): Promise<boolean> {
  if (incidents.length === 0) return true;
  const { affectedRows } = await warehouse.execute("alerting/announce-notices", {
    params: { function: from, turn, rows: incidents.map(rowOf) },
    types: { turn: "INT64", rows: [incidentType] },
  });
  // The count is higher if an incident has two rows.
  return affectedRows >= incidents.length;
}

/** Compare-and-set on the version. @returns how many were saved; another run has changed the others. */
export async function saveIncidents(warehouse: Warehouse, changes: readonly Change[]): Promise<number> {
  if (changes.length === 0) return 0;
  const { affectedRows } = await warehouse.execute("alerting/save-incidents", {
    params: { rows: changes.map(({ incident, closedAs }) => ({ ...rowOf(incident), closed_as: closedAs })) },
    types: { rows: [{ ...incidentType, closed_as: "STRING" }] },
  });
  return affectedRows;
}

/** A row of `alert_log`. */
export interface LogRow {
  readonly incident: string;
  readonly group_key: string;
  readonly title: string;
  readonly notified: boolean;
  readonly reason: NoticeReason;
  readonly why: string;
  readonly notice: string | null;
  readonly failure: string | null;
  /** JSON list of findings. */
  readonly findings: string;
  readonly subjects: readonly string[];
}

interface LogEntry {
  readonly from: string;
  readonly runId: string;
  readonly now: Date;
}

/** Writes decisions. Writing the same run twice adds nothing. */
export async function logRows(
  warehouse: Warehouse,
  { from, runId, now, rows }: LogEntry & { readonly rows: readonly LogRow[] },
): Promise<void> {
  await warehouse.execute("alerting/log-decisions", {
    params: { run_id: runId, function: from, now, rows: rows.map((row) => ({ ...row })) },
    types: { rows: [logRowType] },
  });
}

const logRowType = {
  incident: "STRING",
  group_key: "STRING",
  title: "STRING",
  notified: "BOOL",
  reason: "STRING",
  why: "STRING",
  notice: "STRING",
  failure: "STRING",
  findings: "STRING",
  subjects: ["STRING"],
} as const;
