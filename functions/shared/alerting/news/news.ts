import { formatInstant } from "../../report/format.ts";
import type { News } from "../types.ts";
import {
  type Announcement,
  type AnnouncementPlan,
  announcementKeys,
  openedAnnouncement,
  planToDrop,
  planToSend,
} from "./announcement.ts";

/** As its announcement has it. */
export function keyOfNews({ key }: Pick<News, "key">): string {
  return `${announcementKeys.news}${key}`;
}

/**
 * The news that was not sent for certain. Silences do not apply: they are for what is wrong.
 *
 * @param remembered the open announcements, and those of the keys that are offered, however long ago
 */
export function newsPlans(
  offered: readonly News[],
  remembered: readonly Announcement[],
  speaking: { readonly from: string; readonly now: Date },
): AnnouncementPlan[] {
  const known = new Map(remembered.map((it) => [it.key, it]));
  return offered.flatMap((news) => {
    const { message, at, subjects, owners, links = [] } = news;
    const key = keyOfNews(news);
    const was = known.get(key) ?? openedAnnouncement(key, { title: message.title, since: at, ...speaking });
    if (was.notifiedAt !== null) return [];
    // What was dropped may have been in a digest that was sent without it since, so it gets a notice of its own.
    const announcement = was.isClosed ? { ...was, pending: null } : was;
    const why = news.why ?? `News of ${formatInstant(at)}: nothing is wrong; this is sent once.`;
    return [planToSend(announcement, { reason: "news", why, message, subjects, owners, links }, speaking)];
  });
}

/**
 * News that a run began to send and that is not offered now. It is closed, so that it is not carried along for ever,
 * and sent when it is offered again.
 */
export function newsNotOffered(
  offered: readonly News[],
  remembered: readonly Announcement[],
): AnnouncementPlan[] {
  const keys = new Set(offered.map(keyOfNews));
  return remembered
    .filter(({ key, isClosed }) => !isClosed && key.startsWith(announcementKeys.news) && !keys.has(key))
    .map((it) => planToDrop(it, "The run that told it did not finish, and it is not offered any more."));
}
