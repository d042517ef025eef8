import { TemporaryError } from "../errors.ts";
import { log } from "../log.ts";
import type { Fact } from "../report/blocks.ts";
import type { Warehouse } from "../stores/bigquery/types.ts";
import { decideNotices } from "./decide/decide.ts";
import type { Policy } from "./decide/needs-notice.ts";
import { opened, type Plan, titleOf } from "./decide/remember.ts";
import { type AnnouncementPlan, isAnnouncementKey } from "./news/announcement.ts";
import { type Heartbeat, heartbeatPlans } from "./news/heartbeat.ts";
import { keyOfNews, newsNotOffered, newsPlans } from "./news/news.ts";
import { type NoticeDecision, toLogRow } from "./notice-decision.ts";
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
import type { FindingGroup, FindingKey, Link, Message, News, Outage } from "./types.ts";

export interface NotifyRequest {
  /** Name of the function, e.g. `sync-watchdog`. It sees only its own incidents. */
  readonly functionName: string;
  readonly groups: readonly FindingGroup[];
  /**
   * The keys that were evaluated at this tick. Any other key can be neither recovered nor worse. A finding with
   * another key means that the check could not be made, and the notice says so.
   */
  readonly evaluatedKeys: readonly FindingKey[];
  /**
   * All keys that are monitored at present, evaluated at this tick or not, including checks that are not due.
   * Remembered findings of other keys are dropped.
   */
  readonly monitoredKeys: readonly FindingKey[];
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
  readonly outageImpact?: (outage: Outage) => Promise<readonly Fact[]>;
  readonly heartbeat?: Heartbeat;
  /** Recent events that are not problems. Each key is notified once, also during a silence. */
  readonly news?: readonly News[];
  /** Words several pieces of news of one tick as one message. Without it, each is a message. */
  readonly newsTogether?: (news: readonly News[]) => Message;
}

/** The part of it that a function says itself; what all functions say alike can be replaced. */
export type NotifyParts = Pick<NotifyRequest, "groups" | "evaluatedKeys" | "monitoredKeys"> &
  Partial<NotifyRequest>;

/** A run that keeps meeting others leaves the rest to the next tick. */
const maxTurns = 3;

/** Today's heartbeat must be among the records that are read; no day is longer than 25 hours. */
const maxDayMs = 26 * 3_600_000;

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
export async function notify(request: NotifyRequest): Promise<readonly NoticeDecision[]> {
  refuseUnclear(request);
  for (let turns = 0; turns < maxTurns; turns += 1) {
    const { steps, turn } = await plan(request);
    const claims = steps.flatMap(({ claim }) => claim ?? []);
    if (await announce(request.warehouse, request.functionName, turn, claims))
      return await carryOut(steps, request);
  }
  throw new TemporaryError(
    `Other runs of ${request.functionName} published notices at the same time, ${maxTurns} times; this run has published nothing. Try it again.`,
  );
}

/** Reads the state, opens new records, decides. */
async function plan(
  request: NotifyRequest,
): Promise<{ readonly steps: readonly Step[]; readonly turn: number }> {
  const { warehouse, functionName: from, groups, now, policy, news = [] } = request;
  const since = new Date(now.getTime() - Math.max(policy.flapping.withinMs, maxDayMs));
  const [memory, elsewhere] = await Promise.all([
    readIncidents(warehouse, from, { now, since, keys: news.map(keyOfNews) }),
    groups.some(({ findings }) => findings.some((it) => it.follows?.length))
      ? readKnownElsewhere(warehouse, from, now)
      : [],
  ]);
  const { decidedUntil, turn } = memory;
  const decided = decideNotices({ ...request, ...memory, elsewhere }).map((it): Plan => {
    const incident = it.incidentUpdate.incident ?? opened(it.incidentUpdate, from, now);
    const { decision } = it;
    return {
      ...it,
      incident,
      notice: decision.notify ? noticeOf(it.incidentUpdate, incident, decision, it.known, request) : null,
    };
  });
  const steps = [
    ...joinIntoDigests(decided).map((it) => incidentStep(it, now)),
    ...announcementPlans(request, memory, decided).map((it) => announcementStep(it, now)),
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
function announcementPlans(
  request: NotifyRequest,
  memory: Memory,
  decided: readonly Plan[],
): AnnouncementPlan[] {
  const { news = [], heartbeat } = request;
  const { announcements, decidedUntil, unreadable } = memory;
  if (decidedUntil !== null) return [];
  const isReadable = ({ announcement }: AnnouncementPlan) => !unreadable.has(announcement.id);
  const notOver = decided
    .filter(
      ({ incidentUpdate: it }) => it.group !== null || it.notEvaluated.length + it.stabilising.length > 0,
    )
    .map((it) => titleOf(it.incidentUpdate, it.incident));
  return [
    ...joinIntoDigests(newsPlans(news, announcements, request).filter(isReadable), wordedTogether(request)),
    ...newsNotOffered(news, announcements),
    ...heartbeatPlans(heartbeat, announcements, notOver, request).filter(isReadable),
  ];
}

/** Publishes the claimed notices and records the outcome. */
async function carryOut(steps: readonly Step[], request: NotifyRequest): Promise<readonly NoticeDecision[]> {
  if (steps.length === 0) return [];
  const { warehouse, functionName: from, runId, now } = request;
  const failures = await publishAll(steps, request);
  const notified = steps.map(({ outcome, notice }) => ({
    ...outcome,
    failure: notice === null ? null : (failures.get(notice.id) ?? null),
  }));
  await logRows(warehouse, { from, runId, now, rows: notified.map(toLogRow) });

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
  return notified;
}

function wordedTogether({ news = [], newsTogether }: NotifyRequest) {
  if (newsTogether === undefined) return undefined;
  return (plans: readonly AnnouncementPlan[]): Message => {
    const keys = new Set(plans.map(({ announcement }) => announcement.key));
    return newsTogether(news.filter((it) => keys.has(keyOfNews(it))));
  };
}

/** Refuses mistakes of the calling function, which would otherwise cause an empty message or a lost one. */
function refuseUnclear({ groups, news = [] }: NotifyRequest): void {
  const twice = doubleIn(groups);
  if (twice !== null)
    throw new Error(`two finding groups have the key ${twice}; put their findings into one group`);
  const reserved = groups.find(({ key }) => isAnnouncementKey(key));
  if (reserved !== undefined)
    throw new Error(`finding group ${reserved.key} has the key of a report; name its cause`);
  const notified = doubleIn(news);
  if (notified !== null) throw new Error(`two pieces of news have the key ${notified}; each has its own`);
  const empty = groups.find((group) => group.findings.length === 0);
  if (empty !== undefined) throw new Error(`finding group ${empty.key} has no finding; leave it out`);
}

function doubleIn(all: readonly { readonly key: string }[]): string | null {
  const keys = all.map(({ key }) => key);
  return keys.find((key, at) => keys.indexOf(key) !== at) ?? null;
}
