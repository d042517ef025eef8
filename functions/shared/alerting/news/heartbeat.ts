import { addDays, dayOf } from "../../days.ts";
import { type Plan, titleOf } from "../decide/remember.ts";
import type { Incident } from "../incidents/incident.ts";
import type { Message } from "../types.ts";
import { openedReport, planToDrop, planToReport, reportKeys } from "./report.ts";

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

/**
 * The line of today where it is due, and what is left of earlier days.
 *
 * @param recent closed within a day
 * @param decided what is decided about what is wrong: the line names what is not over
 */
export function linePlans(
  line: LineOfTheDay | undefined,
  { open, recent }: { readonly open: readonly Incident[]; readonly recent: readonly Incident[] },
  decided: readonly Plan[],
  { from, now }: { readonly from: string; readonly now: Date },
): Plan[] {
  if (line === undefined) return [];
  const untold = open.filter(isLineOfTheDay);
  const due = lineDue(line, [...untold, ...recent.filter(isLineOfTheDay)], from, now);
  const notOver = decided
    .filter(({ case: it }) => it.group !== null || it.notJudged.length + it.settling.length > 0)
    .map((it) => titleOf(it.case, it.incident));
  return [
    ...untold.filter(({ id }) => id !== due?.id).map(planOfAPastDay),
    ...(due === null ? [] : [planOfTheDay(due, line, notOver, from, now)]),
  ];
}

function isLineOfTheDay({ key }: Incident): boolean {
  return key.startsWith(reportKeys.line);
}

/**
 * The line of today where it is due and was not told. A tick that comes late brings it late; a day on which the
 * function was dead at that hour has none, and that is the point.
 *
 * @param lines of earlier days and of today, told or not
 */
function lineDue(line: LineOfTheDay, lines: readonly Incident[], from: string, now: Date): Incident | null {
  if (line.at === null) return null;
  const late = minutesOf(clockOf(now, line.timeZone)) - minutesOf(line.at);
  // One that is due just before midnight may come just after.
  const isOfYesterday = late < 0;
  if ((isOfYesterday ? late + 24 * 60 : late) > latestMinutes) return null;
  const today = dayOf(now, line.timeZone);
  const day = isOfYesterday ? addDays(today, -1) : today;
  const key = `${reportKeys.line}${day}`;
  const known = lines.find((it) => it.key === key);
  if (known !== undefined) return known.toldAt === null ? known : null;
  return openedReport(key, { title: line.message.title, since: null, from, now });
}

/** The plan for a line that a run began, and did not tell before its day was over. */
function planOfAPastDay(incident: Incident): Plan {
  return planToDrop(incident, "Its day is over; the line of today says more.");
}

/** The plan to tell it. */
function planOfTheDay(
  incident: Incident,
  { message, at, timeZone }: LineOfTheDay,
  /** Titles of what is not over. */
  notOver: readonly string[],
  from: string,
  now: Date,
): Plan {
  const why = `Said once a day, at ${at} (${timeZone}): if it does not come, nobody is watching.`;
  const line = {
    ...message,
    // Whatever the function finds now: what flaps may be well for the moment.
    title: notOver.length === 0 ? message.title : `Not quiet: ${notOver.length} not over`,
    facts: [
      ...message.facts,
      ...(notOver.length === 0 ? [] : [{ label: "Not over", value: notOver.join("; ") }]),
    ],
  };
  return planToReport(
    incident,
    { reason: "all_quiet", why, message: line, subjects: [], owners: [] },
    { from, now },
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
