import { instantOf, instantOrNull, numberOf, textOf } from "../../stores/bigquery/row.ts";
import type { Row } from "../../stores/bigquery/types.ts";
import type { Announcement } from "../news/announcement.ts";
import { intentionOf, type StateRow } from "./incident-row.ts";

/** An announcement as a row of `alert_state`; the columns that only incidents use are empty. */
export function announcementRow(it: Announcement): StateRow {
  return {
    incident: it.id,
    group_key: it.key,
    version: it.version,
    findings: "[]",
    notified_findings: "[]",
    notified_at: it.notifiedAt,
    pending_notice: it.pending === null ? null : JSON.stringify({ ...it.pending, findings: [] }),
    reminders: 0,
    acknowledged: null,
    history: "[]",
    owners: "[]",
    severity: "warning",
    title: it.title,
    since: it.since,
    opened_at: it.openedAt,
    changed_at: it.changedAt,
  };
}

export function toAnnouncement(row: Row): Announcement {
  return {
    id: textOf(row, "incident"),
    key: textOf(row, "group_key"),
    version: numberOf(row, "version"),
    title: textOf(row, "title"),
    since: instantOrNull(row, "since"),
    notifiedAt: instantOrNull(row, "notified_at"),
    pending: intentionOf(row),
    isClosed: row.closed_at !== null,
    openedAt: instantOf(row, "opened_at"),
    changedAt: instantOf(row, "changed_at"),
  };
}
