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
  /** Name of the function, e.g. `sync-watchdog`. It sees only its own incidents. */
  readonly from: string;
  readonly groups: readonly FindingGroup[];
  /**
   * The keys that were judged at this tick. Any other key can be neither recovered nor worse. A finding with
   * another key means that the check could not be made, and the notice says so.
   */
  readonly judged: readonly Matter[];
  /**
   * All keys that are checked at present, judged at this tick or not, including checks that are not due.
   * Remembered findings of other keys are dropped.
   */
  readonly watched: readonly Matter[];
  /** All owners of the warehouse file. An incident stores only pseudonyms of the owners it named. */
  readonly owners?: readonly string[];
  /** The tick, not the wall clock. */
  readonly now: Date;
  readonly runId: string;
  readonly policy: Policy;
  readonly warehouse: Warehouse;
  readonly publish: Publish;
  /** The links of an incident's notice. Called once for each incident with a notice. */
  readonly links?: (incident: string) => Promise<readonly Link[]>;
  /** What was missing during the outage. Called once for each incident that is over. */
  readonly bill?: (outage: Outage) => Promise<readonly Fact[]>;
  readonly lineOfTheDay?: LineOfTheDay;
  /** Recent events that are not problems. Each key is notified once, also during a silence. */
  readonly news?: readonly News[];
  /** Words several pieces of news of one tick as one message. Without it, each is a message. */
  readonly newsTogether?: (news: readonly News[]) => Message;
}

/** The part of it that a function says itself; what all functions say alike can be replaced. */
export type NotifyParts = Pick<Telling, "groups" | "judged" | "watched"> & Partial<Telling>;

/** A run that keeps meeting others leaves the rest to the next tick. */
const maxTurns = 3;

/** Today's heartbeat must be among the records that are read; no day is longer than 25 hours. */
const longestDayMs = 26 * 3_600_000;

/**
 * Decides which notices are needed, stores them as pending, publishes them, and records that they were
 * published, in that order.
 *
 * - One run at a time publishes for a function: if another run has changed something since the read, this run
 *   reads again and decides again.
 * - If a run crashes after it stored a pending notice, the next run publishes it under the same notice id,
 *   which the notifier delivers once, or publishes what it has become, such as an escalation or a recovery.
 *   Nothing is lost. People may get a finding twice in one case: a run crashes after publishing, and the
 *   cause belongs to another incident at the next run.
 *
 * Without findings and open incidents it costs one query.
 *
 * @throws TemporaryError if a notice could not be published (everything else is done and stored by then), or
 *   if other runs changed the state each time (nothing was published). The next tick publishes it.
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

/** Reads the state, opens new records, decides. */
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

/**
 * A late tick sends nothing, because a later tick does. A record that cannot be read is not opened a second
 * time.
 */
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

/** Publishes the claimed notices and records the outcome. */
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

/** Refuses mistakes of the calling function, which would otherwise cause an empty message or a lost one. */
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
