import type { Decision } from "../decide/needs-notice.ts";
import { digest, type Intention } from "../incidents/incident.ts";
import type { Link, Message, Notice, SpokenReason } from "../types.ts";

/** Heartbeats and news are told apart from incidents, and from each other, by how their keys begin. */
export const announcementKeys = { heartbeat: "all-quiet/", news: "news/" } as const;

export function isAnnouncementKey(key: string): boolean {
  return Object.values(announcementKeys).some((prefix) => key.startsWith(prefix));
}

/** What is remembered of a message that is sent once, though nothing is wrong: a heartbeat or a piece of news. */
export interface Announcement {
  readonly id: string;
  readonly key: string;
  /** Counts changes of this record, from 0; a write names the version it moves from. */
  readonly version: number;
  readonly title: string;
  /** When it happened, where that is known. */
  readonly since: Date | null;
  readonly notifiedAt: Date | null;
  /** A notice that a run was about to publish; null where no run has ended in between. */
  readonly pending: Pick<Intention, "notice" | "reason" | "at"> | null;
  /** Sent, or dropped. */
  readonly isClosed: boolean;
  readonly openedAt: Date;
  readonly changedAt: Date;
}

interface Speaking {
  readonly from: string;
  readonly now: Date;
}

/**
 * A new announcement. Its id is made of its key alone: two runs that open it at once open one, and where the state
 * was lost it is sent again under the same notice id, which the notifier delivers once.
 */
export function openedAnnouncement(
  key: string,
  { title, since, from, now }: { readonly title: string; readonly since: Date | null } & Speaking,
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
  readonly reason: SpokenReason;
  readonly why: string;
  readonly message: Message;
  readonly subjects: readonly string[];
  readonly owners: readonly string[];
  readonly links?: readonly Link[];
}

/** The plan to send it. A run that ended while it sent it has left the notice's id: the notifier delivers that once. */
export function planToSend(
  announcement: Announcement,
  { reason, why, message, subjects, owners, links = [] }: Content,
  { from, now }: Speaking,
): AnnouncementPlan & { readonly notice: Notice } {
  const { id, pending } = announcement;
  return {
    announcement,
    decision: { speak: true, reason, why, ...(pending !== null && { repeats: pending.notice }) },
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

/** The plan for one that a run began to send, and that will not be sent any more. */
export function planToDrop(announcement: Announcement, why: string): AnnouncementPlan {
  return { announcement, decision: { speak: false, reason: "never_told", why }, notice: null };
}

/** The record while its notice is being published; null where that is remembered already, or nothing is published. */
export function claimedAnnouncement(plan: AnnouncementPlan, now: Date): Announcement | null {
  const { announcement, decision, notice } = plan;
  if (notice === null || !decision.speak || decision.repeats !== undefined) return null;
  const pending = { notice: notice.id, reason: decision.reason, at: now };
  return { ...announcement, pending, changedAt: now };
}

/** The record when the plan was carried out: closed. */
export function closedAnnouncement({ announcement, decision }: AnnouncementPlan, now: Date): Announcement {
  const closed = { ...announcement, isClosed: true, changedAt: now };
  return decision.speak ? { ...closed, notifiedAt: now, pending: null } : closed;
}
