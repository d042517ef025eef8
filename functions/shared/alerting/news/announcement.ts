import type { Decision } from "../decide/needs-notice.ts";
import { digest, type PendingNotice } from "../incidents/incident.ts";
import type { Link, Message, Notice, NotifyReason } from "../types.ts";

/** The key prefixes distinguish heartbeats and news from incidents and from each other. */
export const announcementKeys = { heartbeat: "heartbeat/", news: "news/" } as const;

export function isAnnouncementKey(key: string): boolean {
  return Object.values(announcementKeys).some((prefix) => key.startsWith(prefix));
}

/** The stored record of a message that is sent once and is not a problem: a heartbeat or a piece of news. */
export interface Announcement {
  readonly id: string;
  readonly key: string;
  /** Counts changes of this record, from 0; a write names the version it moves from. */
  readonly version: number;
  readonly title: string;
  /** When it happened, if known. */
  readonly since: Date | null;
  readonly notifiedAt: Date | null;
  /** The notice that a run was about to publish; null if the outcome is known. */
  readonly pending: Pick<PendingNotice, "notice" | "reason" | "at"> | null;
  /** Sent, or dropped. */
  readonly isClosed: boolean;
  readonly openedAt: Date;
  readonly changedAt: Date;
}

interface Speaking {
  readonly functionName: string;
  readonly now: Date;
}

/**
 * A new announcement. Its id depends on the key alone: two runs that open it at the same time open one, and
 * if the state was lost it is sent again under the same notice id, which the notifier delivers once.
 */
export function openedAnnouncement(
  key: string,
  {
    title,
    since,
    functionName: from,
    now,
  }: { readonly title: string; readonly since: Date | null } & Speaking,
): Announcement {
  return {
    id: digest([from, key]).slice(0, 16),
    key,
    version: 0,
    title,
    since,
    notifiedAt: null,
    pending: null,
    isClosed: false,
    openedAt: now,
    changedAt: now,
  };
}

export interface AnnouncementPlan {
  readonly announcement: Announcement;
  readonly decision: Decision;
  /** Several announcements may share one. */
  readonly notice: Notice | null;
}

interface Content {
  readonly reason: NotifyReason;
  readonly why: string;
  readonly message: Message;
  readonly subjects: readonly string[];
  readonly owners: readonly string[];
  readonly links?: readonly Link[];
}

/**
 * The plan to send it. If a run ended while it was sending, the notice keeps its id, and the notifier
 * delivers it once.
 */
export function planToSend(
  announcement: Announcement,
  { reason, why, message, subjects, owners, links = [] }: Content,
  { functionName: from, now }: Speaking,
): AnnouncementPlan & { readonly notice: Notice } {
  const { id, pending } = announcement;
  return {
    announcement,
    decision: { notify: true, reason, why, ...(pending !== null && { repeats: pending.notice }) },
    notice: {
      ...message,
      id: pending?.notice ?? `${id}-${reason.replaceAll("_", "-")}`,
      incident: id,
      kind: "report",
      reason,
      severity: "info",
      subjects,
      owners,
      from,
      at: now.toISOString(),
      why,
      links,
    },
  };
}

/** The plan for an announcement that a run began to send and that is not wanted any more. */
export function planToDrop(announcement: Announcement, why: string): AnnouncementPlan {
  return { announcement, decision: { notify: false, reason: "never_notified", why }, notice: null };
}

/**
 * The record while its notice is being published; null if it is stored already, or if nothing is published.
 */
export function claimedAnnouncement(plan: AnnouncementPlan, now: Date): Announcement | null {
  const { announcement, decision, notice } = plan;
  if (notice === null || !decision.notify || decision.repeats !== undefined) return null;
  const pending = { notice: notice.id, reason: decision.reason, at: now };
  return { ...announcement, pending, changedAt: now };
}

/** The closed record after the plan was carried out. */
export function closedAnnouncement({ announcement, decision }: AnnouncementPlan, now: Date): Announcement {
  const closed = { ...announcement, isClosed: true, changedAt: now };
  return decision.notify ? { ...closed, notifiedAt: now, pending: null } : closed;
}
