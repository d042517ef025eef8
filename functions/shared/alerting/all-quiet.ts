import { addDays, dayOf } from "../days.ts";
import type { DampedCase } from "./flapping.ts";
import { type Incident, incidentId } from "./incident.ts";
import type { Plan } from "./remember.ts";
import type { Message } from "./types.ts";

/** The line a day that proves the function is alive: wanted, and as the function words it. */
export interface LineOfTheDay {
  /** `HH:MM` in the time zone; null where no line is wanted. */
  readonly at: string | null;
  /** IANA name. */
  readonly timeZone: string;
  readonly message: Message;
}

/** Later than this it would say that somebody has been watching, when nobody was. */
const latestMinutes = 180;

const keyPrefix = "all-quiet/";

/** Kept among the incidents, so that it is claimed, told and remembered as they are: once, whoever comes. */
export function isLineOfTheDay({ key }: Incident): boolean {
  return key.startsWith(keyPrefix);
}

/**
 * The line of today where it is due and was not told. A tick that comes late brings it late; a day on which the
 * function was dead at that hour has none, and that is the point.
 *
 * @param lines of earlier days and of today, told or not
 */
export function lineDue(
  line: LineOfTheDay,
  lines: readonly Incident[],
  from: string,
  now: Date,
): Incident | null {
  if (line.at === null) return null;
  const late = minutesOf(clockOf(now, line.timeZone)) - minutesOf(line.at);
  // One that is due just before midnight may come just after.
  const isOfYesterday = late < 0;
  if ((isOfYesterday ? late + 24 * 60 : late) > latestMinutes) return null;
  const today = dayOf(now, line.timeZone);
  const day = isOfYesterday ? addDays(today, -1) : today;
  const key = `${keyPrefix}${day}`;
  const known = lines.find((it) => it.key === key);
  if (known !== undefined) return known.toldAt === null ? known : null;
  return {
    // By the day and not by the tick: two runs that open it at once open one.
    id: incidentId(from, key, new Date(day)),
    key,
    version: 0,
    findings: [],
    told: [],
    toldAt: null,
    telling: null,
    reminders: 0,
    acknowledged: null,
    history: [],
    owners: [],
    severity: "warning",
    title: line.message.title,
    since: null,
    openedAt: now,
    changedAt: now,
  };
}

/** The plan for a line that a run began, and did not tell before its day was over. */
export function planOfAPastDay(incident: Incident): Plan {
  const why = "Its day is over; the line of today says more.";
  return {
    case: nothing(incident),
    incident,
    known: [],
    decision: { speak: false, reason: "never_told", why },
    notice: null,
  };
}

/** The plan to tell it. A run that ended while it told it has left its id: the notifier delivers that once. */
export function planOfTheDay(
  incident: Incident,
  { message, at, timeZone }: LineOfTheDay,
  /** Titles of what is not over. */
  notOver: readonly string[],
  from: string,
  now: Date,
): Plan {
  const why = `Said once a day, at ${at} (${timeZone}): if it does not come, nobody is watching.`;
  const repeats = incident.telling?.notice;
  return {
    case: nothing(incident),
    incident,
    known: [],
    decision: { speak: true, reason: "all_quiet", why, ...(repeats !== undefined && { repeats }) },
    notice: {
      ...message,
      // Whatever the function finds now: what flaps may be well for the moment.
      title: notOver.length === 0 ? message.title : `Not quiet: ${notOver.length} not over`,
      facts: [
        ...message.facts,
        ...(notOver.length === 0 ? [] : [{ label: "Not over", value: notOver.join("; ") }]),
      ],
      id: repeats ?? `${incident.id}-all-quiet`,
      incident: incident.id,
      kind: "report",
      reason: "all_quiet",
      severity: "info",
      subjects: [],
      owners: [],
      from,
      at: now.toISOString(),
      why,
      links: [],
    },
  };
}

function nothing(incident: Incident): DampedCase {
  return {
    group: null,
    incident,
    findings: [],
    recovered: [],
    moved: [],
    notJudged: [],
    unwatched: [],
    stillWrong: [],
    told: [],
    toldAt: null,
    history: [],
    newlyFlapping: [],
    stillFlapping: [],
    calmed: [],
    settling: [],
  };
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
