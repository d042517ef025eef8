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

/** What has a row in `alert_state`. */
export type Recorded = Incident | Announcement;

/** A record as it is to be remembered; its `version` is still the one it moves from. */
export interface Change {
  readonly incident: Recorded;
  /** Why it is over; null while it is open. */
  readonly closedAs: NoticeReason | null;
}

function rowOf(it: Recorded): StateRow {
  return "pending" in it ? announcementRow(it) : toRow(it);
}

/** What is remembered of a function. */
export interface Memory {
  readonly open: readonly Incident[];
  /** Closed since the instant that was asked for, or of a key that was. */
  readonly recent: readonly Incident[];
  /** Heartbeats and news, open ones and recent ones. */
  readonly announcements: readonly Announcement[];
  /** Ids whose rows cannot be read. */
  readonly unreadable: ReadonlySet<string>;
  /** The latest tick after this one that has run; null where this is the latest. */
  readonly decidedUntil: Date | null;
  /** Counts the changes of all incidents of the function; an opening is none. */
  readonly turn: number;
}

interface Wanted {
  readonly now: Date;
  /** How far back closed incidents are wanted. */
  readonly since: Date;
  /** Of which causes they are wanted however long ago. */
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

/** One row that cannot be read must not silence a function: at worst its cause is told once more. */
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

/** What was found elsewhere longer ago is not found any more: its function was removed, or is dead. */
const stillFoundMs = 2 * 86_400_000;

/** What people know to be wrong from other functions. */
export async function readKnownElsewhere(
  warehouse: Warehouse,
  from: string,
  now: Date,
): Promise<KnownElsewhere[]> {
  const since = new Date(now.getTime() - stillFoundMs);
  const rows = await warehouse.query("alerting/read-known-elsewhere", { params: { function: from, since } });
  return rows.map((row) => ({
    title: textOf(row, "title"),
    told: findingsOf(textOf(row, "told"), "told"),
  }));
}

/** Remembers incidents nobody has spoken of. Of two runs at once, both may: `announce` lets one speak. */
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
 * Remembers what is about to be published, all or nothing.
 *
 * @param turn as it was read; the incidents are those that were read with it, or opened since.
 * @returns false when another run has changed anything since: nothing is remembered then, and nothing may be published.
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
  // More than asked for where an incident has two rows.
  return affectedRows >= incidents.length;
}

/** Compare-and-set on the version. @returns how many were saved; the others had been changed by another run. */
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
  readonly spoken: boolean;
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

/** Writes decisions. A repeated write of the same run adds nothing. */
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
  spoken: "BOOL",
  reason: "STRING",
  why: "STRING",
  notice: "STRING",
  failure: "STRING",
  findings: "STRING",
  subjects: ["STRING"],
} as const;
