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

/** The message a day that proves the function is alive: when it is wanted, and as the function words it. */
export interface LineOfTheDay {
  /** `HH:MM` in the time zone; null where no line is wanted. */
  readonly at: string | null;
  /** IANA name. */
  readonly timeZone: string;
  readonly message: Message;
}

/** Later than this it would say that somebody has been watching, when nobody was. */
const latestMinutes = 180;

/**
 * The heartbeat of today where it is due, and what is left of earlier days.
 *
 * @param remembered the open announcements, and those closed within a day
 * @param notOver titles of what is wrong and not over: the heartbeat names them
 */
export function heartbeatPlans(
  line: LineOfTheDay | undefined,
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
      .map((it) => planToDrop(it, "Its day is over; the line of today says more.")),
    ...(due === null ? [] : [planToday(due, line, notOver, speaking)]),
  ];
}

interface Speaking {
  readonly from: string;
  readonly now: Date;
}

/**
 * The heartbeat of today where it is due and was not sent. A tick that comes late brings it late; a day on which the
 * function was dead at that hour has none, and that is the point.
 *
 * @param known heartbeats of earlier days and of today, sent or not
 */
function dueHeartbeat(
  line: LineOfTheDay,
  known: readonly Announcement[],
  { from, now }: Speaking,
): Announcement | null {
  if (line.at === null) return null;
  const late = minutesOf(clockOf(now, line.timeZone)) - minutesOf(line.at);
  // One that is due just before midnight may come just after.
  const isOfYesterday = late < 0;
  if ((isOfYesterday ? late + 24 * 60 : late) > latestMinutes) return null;
  const today = dayOf(now, line.timeZone);
  const day = isOfYesterday ? addDays(today, -1) : today;
  const key = `${announcementKeys.heartbeat}${day}`;
  const sent = known.find((it) => it.key === key);
  if (sent !== undefined) return sent.notifiedAt === null ? sent : null;
  return openedAnnouncement(key, { title: line.message.title, since: null, from, now });
}

function planToday(
  announcement: Announcement,
  { message, at, timeZone }: LineOfTheDay,
  notOver: readonly string[],
  speaking: Speaking,
): AnnouncementPlan {
  const why = `Sent once a day at ${at} (${timeZone}): if it does not arrive, ${speaking.from} is not running.`;
  const line = {
    ...message,
    // Whatever the function finds now: what flaps may be well for the moment.
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
    { reason: "all_quiet", why, message: line, subjects: [], owners: [] },
    speaking,
  );
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return 60 * hours + minutes;
}

/** `08:05` there. */
function clockOf(now: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(now);
}
