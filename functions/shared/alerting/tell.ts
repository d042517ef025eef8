import { TemporaryError } from "../errors.ts";
import { log } from "../log.ts";
import type { Fact } from "../report/blocks.ts";
import type { Warehouse } from "../stores/bigquery/types.ts";
import { decideCases } from "./decide/decide.ts";
import type { Policy } from "./decide/needs-notice.ts";
import { opened, type Plan, titleOf } from "./decide/remember.ts";
import { type AnnouncementPlan, isAnnouncementKey } from "./news/announcement.ts";
import { heartbeatPlans, type LineOfTheDay } from "./news/heartbeat.ts";
import { keyOfNews, newsNotOffered, newsPlans } from "./news/news.ts";
import { noticeOf } from "./notices/build.ts";
import { joinIntoDigests } from "./notices/digest.ts";
import type { Publish } from "./notices/publish.ts";
import { publishAll } from "./publish-all.ts";
import {
  announce,
  logRows,
  type Memory,
  openIncidents,
  readIncidents,
  readKnownElsewhere,
  saveIncidents,
} from "./state/state.ts";
import { announcementStep, incidentStep, type Step } from "./steps.ts";
import { type Told, toLogRow } from "./told.ts";
import type { FindingGroup, Link, Matter, Message, News, Outage } from "./types.ts";

export interface Telling {
  /** Function that speaks, e.g. `sync-watchdog`; its incidents are its own. */
  readonly from: string;
  readonly groups: readonly FindingGroup[];
  /**
   * Check and subject of what was really judged at this tick: any other matter can be neither recovered nor worse. A
   * finding of anything else means that it cannot be judged, and is told as that.
   */
  readonly judged: readonly Matter[];
  /**
   * All that is looked for at present, judged at this tick or not, the checks that are not due at this tick too: what
   * is remembered of anything else is dropped.
   */
  readonly watched: readonly Matter[];
  /** All owners there are: an incident remembers which of them it has named, but not their names. */
  readonly owners?: readonly string[];
  /** The tick, not the wall clock. */
  readonly now: Date;
  readonly runId: string;
  readonly policy: Policy;
  readonly warehouse: Warehouse;
  readonly publish: Publish;
  /** Where to go from a notice of an incident. Asked once for each that is told. */
  readonly links?: (incident: string) => Promise<readonly Link[]>;
  /** What was missing while it lasted. Asked once for each incident that is over. */
  readonly bill?: (outage: Outage) => Promise<readonly Fact[]>;
  readonly lineOfTheDay?: LineOfTheDay;
  /** What has happened of late and is not wrong: each key is told once, a silence or not. */
  readonly news?: readonly News[];
  /** How several pieces of news that are told at one tick are worded as one message; without it, each is one. */
  readonly newsTogether?: (news: readonly News[]) => Message;
}

/** The part of it that a function says itself; what all functions say alike can be replaced. */
export type NotifyParts = Pick<Telling, "groups" | "judged" | "watched"> & Partial<Telling>;

/** A run that keeps meeting others leaves the rest to the next tick. */
const maxTurns = 3;

/** The line of the day must be found among what is remembered; no day is longer. */
const longestDayMs = 26 * 3_600_000;

/**
 * Decides who must hear of what was found, remembers that it will be told, publishes it, and remembers that
 * it was, in that order.
 *
 * - One run at a time speaks for a function: whoever finds that another has changed something since it read
 *   looks again and decides anew.
 * - A crash after the first remembering leaves the intention: the next run tells it again under the same
 *   notice id, which the notifier delivers once, or tells what has become of it, as an escalation or a
 *   recovery. So nothing is lost. A run that has published when it crashes, and whose cause is then found
 *   under another incident, is the one case where people may hear of a finding twice.
 *
 * Without findings and without open incidents it costs one query.
 *
 * @throws TemporaryError when a notice could not be published, everything else is done and remembered by
 * then; or when other runs kept coming first, and nothing was told. The next tick tells it.
 */
export async function tellPeople(telling: Telling): Promise<readonly Told[]> {
  refuseUnclear(telling);
  for (let turns = 0; turns < maxTurns; turns += 1) {
    const { steps, turn } = await plan(telling);
    const claims = steps.flatMap(({ claim }) => claim ?? []);
    if (await announce(telling.warehouse, telling.from, turn, claims)) return await carryOut(steps, telling);
  }
  throw new TemporaryError(
    `Other runs of ${telling.from} told people at the same time, ${maxTurns} times; this one has told nothing. Try it again.`,
  );
}

/** Looks at what is remembered, opens what is new, decides. */
async function plan(telling: Telling): Promise<{ readonly steps: readonly Step[]; readonly turn: number }> {
  const { warehouse, from, groups, now, policy, news = [] } = telling;
  const since = new Date(now.getTime() - Math.max(policy.flapping.withinMs, longestDayMs));
  const [memory, elsewhere] = await Promise.all([
    readIncidents(warehouse, from, { now, since, keys: news.map(keyOfNews) }),
    groups.some(({ findings }) => findings.some((it) => it.follows?.length))
      ? readKnownElsewhere(warehouse, from, now)
      : [],
  ]);
  const { decidedUntil, turn } = memory;
  const decided = decideCases({ ...telling, ...memory, elsewhere }).map((it): Plan => {
    const incident = it.case.incident ?? opened(it.case, from, now);
    const { decision } = it;
    return {
      ...it,
      incident,
      notice: decision.speak ? noticeOf(it.case, incident, decision, it.known, telling) : null,
    };
  });
  const steps = [
    ...joinIntoDigests(decided).map((it) => incidentStep(it, now)),
    ...announcementPlans(telling, memory, decided).map((it) => announcementStep(it, now)),
  ];
  const known = new Set([...memory.open, ...memory.recent, ...memory.announcements].map(({ id }) => id));
  const unopened = steps.map(({ record }) => record).filter(({ id }) => !known.has(id));
  if (unopened.length > 0 && decidedUntil === null) await openIncidents(warehouse, from, unopened);
  return { steps, turn };
}

/** A tick that comes late says nothing: the next one does. Nor is there a second record of what cannot be read. */
function announcementPlans(telling: Telling, memory: Memory, decided: readonly Plan[]): AnnouncementPlan[] {
  const { news = [], lineOfTheDay } = telling;
  const { announcements, decidedUntil, unreadable } = memory;
  if (decidedUntil !== null) return [];
  const isReadable = ({ announcement }: AnnouncementPlan) => !unreadable.has(announcement.id);
  const notOver = decided
    .filter(({ case: it }) => it.group !== null || it.notJudged.length + it.stabilising.length > 0)
    .map((it) => titleOf(it.case, it.incident));
  return [
    ...joinIntoDigests(newsPlans(news, announcements, telling).filter(isReadable), wordedTogether(telling)),
    ...newsNotOffered(news, announcements),
    ...heartbeatPlans(lineOfTheDay, announcements, notOver, telling).filter(isReadable),
  ];
}

/** Publishes what was claimed, and remembers it. */
async function carryOut(steps: readonly Step[], telling: Telling): Promise<readonly Told[]> {
  if (steps.length === 0) return [];
  const { warehouse, from, runId, now } = telling;
  const failures = await publishAll(steps, telling);
  const told = steps.map(({ outcome, notice }) => ({
    ...outcome,
    failure: notice === null ? null : (failures.get(notice.id) ?? null),
  }));
  await logRows(warehouse, { from, runId, now, rows: told.map(toLogRow) });

  const changes = steps
    .filter(({ notice }) => notice === null || !failures.has(notice.id))
    .flatMap(({ change }) => change ?? []);
  const saved = await saveIncidents(warehouse, changes);
  if (saved < changes.length) {
    log.warning(
      "Another run changed an incident at the same time; the next tick goes on from what it left.",
      { changes: changes.length, saved },
    );
  }
  if (failures.size > 0) {
    const notices = new Set(steps.flatMap(({ notice }) => notice?.id ?? []));
    throw new TemporaryError(
      `${failures.size} of ${notices.size} notices could not be published: ${[...failures.values()][0]}`,
    );
  }
  return told;
}

function wordedTogether({ news = [], newsTogether }: Telling) {
  if (newsTogether === undefined) return undefined;
  return (plans: readonly AnnouncementPlan[]): Message => {
    const keys = new Set(plans.map(({ announcement }) => announcement.key));
    return newsTogether(news.filter((it) => keys.has(keyOfNews(it))));
  };
}

/** Mistakes of the calling function, which would otherwise end as a message about nothing or a lost one. */
function refuseUnclear({ groups, news = [] }: Telling): void {
  const twice = doubleIn(groups);
  if (twice !== null)
    throw new Error(`two finding groups have the key ${twice}; put their findings into one group`);
  const reserved = groups.find(({ key }) => isAnnouncementKey(key));
  if (reserved !== undefined)
    throw new Error(`finding group ${reserved.key} has the key of a report; name its cause`);
  const told = doubleIn(news);
  if (told !== null) throw new Error(`two pieces of news have the key ${told}; each has its own`);
  const empty = groups.find((group) => group.findings.length === 0);
  if (empty !== undefined) throw new Error(`finding group ${empty.key} has no finding; leave it out`);
}

function doubleIn(all: readonly { readonly key: string }[]): string | null {
  const keys = all.map(({ key }) => key);
  return keys.find((key, at) => keys.indexOf(key) !== at) ?? null;
}
