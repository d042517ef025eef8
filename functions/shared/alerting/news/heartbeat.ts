import { addDays, dayOf } from "../../days.ts";
import type { Message } from "../types.ts";
import {
  type Announcement,
  type AnnouncementPlan,
  announcementKeys,
  openedAnnouncement,
  planToDrop,
  planToSend,
} from "./announcement.ts";

/** The daily message that proves that the function is alive: its time and its text. */
export interface Heartbeat {
  /** `HH:MM` in the time zone; null for no heartbeat. */
  readonly at: string | null;
  /** IANA name. */
  readonly timeZone: string;
  readonly message: Message;
}

/** A later heartbeat would claim that the function was running at that hour when it may not have been. */
const latestMinutes = 180;

/**
 * Today's heartbeat if it is due, and what is left of earlier days.
 *
 * @param remembered the open announcements, and those closed within a day
 * @param notOver titles of the open incidents, which the heartbeat names
 */
export function heartbeatPlans(
  line: Heartbeat | undefined,
  remembered: readonly Announcement[],
  notOver: readonly string[],
  speaking: Speaking,
): AnnouncementPlan[] {
  if (line === undefined) return [];
  const known = remembered.filter(({ key }) => key.startsWith(announcementKeys.heartbeat));
  const due = dueHeartbeat(line, known, speaking);
  return [
    ...known
      .filter(({ id, isClosed }) => !isClosed && id !== due?.id)
      .map((it) => planToDrop(it, "Its day has passed; today's heartbeat replaces it.")),
    ...(due === null ? [] : [planToday(due, line, notOver, speaking)]),
  ];
}

interface Speaking {
  readonly functionName: string;
  readonly now: Date;
}

/**
 * Today's heartbeat if it is due and was not sent. A late tick sends it late. If the function was down at
 * that hour, there is no heartbeat, which is how its recipients notice.
 *
 * @param known heartbeats of earlier days and of today, sent or not
 */
function dueHeartbeat(
  line: Heartbeat,
  known: readonly Announcement[],
  { functionName: from, now }: Speaking,
): Announcement | null {
  if (line.at === null) return null;
  const late = minutesOf(clockOf(now, line.timeZone)) - minutesOf(line.at);
  // A heartbeat that is due just before midnight may be sent just after it.
  const isOfYesterday = late < 0;
  if ((isOfYesterday ? late + 24 * 60 : late) > latestMinutes) return null;
  const today = dayOf(now, line.timeZone);
  const day = isOfYesterday ? addDays(today, -1) : today;
  const key = `${announcementKeys.heartbeat}${day}`;
  const sent = known.find((it) => it.key === key);
  if (sent !== undefined) return sent.notifiedAt === null ? sent : null;
  return openedAnnouncement(key, { title: line.message.title, since: null, functionName: from, now });
}

function planToday(
  announcement: Announcement,
  { message, at, timeZone }: Heartbeat,
  notOver: readonly string[],
  speaking: Speaking,
): AnnouncementPlan {
  const why = `Sent once a day at ${at} (${timeZone}): if it does not arrive, ${speaking.functionName} is not running.`;
  const line = {
    ...message,
    // Counts open incidents and not current findings: a flapping finding may be ok at the moment.
    title:
      notOver.length === 0
        ? message.title
        : `Heartbeat: ${notOver.length} open ${notOver.length === 1 ? "incident" : "incidents"}`,
    facts: [
      ...message.facts,
      ...(notOver.length === 0 ? [] : [{ label: "Open", value: notOver.join("; ") }]),
    ],
  };
  return planToSend(
    announcement,
    { reason: "heartbeat", why, message: line, subjects: [], owners: [] },
    speaking,
  );
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return 60 * hours + minutes;
}

/** The time in that zone, such as `08:05`. */
function clockOf(now: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(now);
}
