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

/** The key of the announcement of a piece of news. */
export function keyOfNews({ key }: Pick<News, "key">): string {
  return `${announcementKeys.news}${key}`;
}

/**
 * Plans for news that is not certainly sent. Silences do not apply: they cover problems only.
 *
 * @param remembered the open announcements, and those of the offered keys, however old
 */
export function newsPlans(
  offered: readonly News[],
  remembered: readonly Announcement[],
  speaking: { readonly functionName: string; readonly now: Date },
): AnnouncementPlan[] {
  const known = new Map(remembered.map((it) => [it.key, it]));
  return offered.flatMap((news) => {
    const { message, at, subjects, owners, links = [] } = news;
    const key = keyOfNews(news);
    const was = known.get(key) ?? openedAnnouncement(key, { title: message.title, since: at, ...speaking });
    if (was.notifiedAt !== null) return [];
    // A dropped announcement may belong to a digest that was sent without it, so it gets its own notice.
    const announcement = was.isClosed ? { ...was, pending: null } : was;
    const why = news.why ?? `News of ${formatInstant(at)}: there is no problem; this is sent once.`;
    return [planToSend(announcement, { reason: "news", why, message, subjects, owners, links }, speaking)];
  });
}

/**
 * News that a run began to send and that is not offered now. It is closed, so that it does not stay open for
 * ever, and sent when it is offered again.
 */
export function newsNotOffered(
  offered: readonly News[],
  remembered: readonly Announcement[],
): AnnouncementPlan[] {
  const keys = new Set(offered.map(keyOfNews));
  return remembered
    .filter(({ key, isClosed }) => !isClosed && key.startsWith(announcementKeys.news) && !keys.has(key))
    .map((it) =>
      planToDrop(it, "The run that sent it did not finish, and the news is not offered any more."),
    );
}
