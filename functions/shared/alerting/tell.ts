import { messageOf, TemporaryError } from "../errors.ts";
import { log } from "../log.ts";
import type { Fact } from "../report/blocks.ts";
import type { Warehouse } from "../warehouse/types.ts";
import { decideCases } from "./decide/decide.ts";
import type { Policy } from "./decide/needs-notice.ts";
import { announced, opened, type Plan, settled, titleOf } from "./decide/remember.ts";
import type { Incident } from "./incidents/incident.ts";
import {
  announce,
  logRows,
  type Memory,
  openIncidents,
  readIncidents,
  readKnownElsewhere,
  saveIncidents,
} from "./incidents/state.ts";
import { distinctSubjects } from "./incidents/words.ts";
import { type LineOfTheDay, linePlans } from "./news/heartbeat.ts";
import { keyOfNews, newsNotOffered, newsPlans } from "./news/news.ts";
import { isReport } from "./news/report.ts";
import { noticeOf } from "./notices/build.ts";
import { joinNotices } from "./notices/digest.ts";
import type { Publish } from "./notices/publish.ts";
import { outageOf } from "./notices/recovery.ts";
import { type Told, toLogRow } from "./told.ts";
import type { FindingGroup, Link, Matter, Message, News, Notice, Outage } from "./types.ts";

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
    const { plans, turn } = await plan(telling);
    const intended = plans.flatMap((it) => announced(it, telling.now) ?? []);
    if (await announce(telling.warehouse, telling.from, turn, intended)) {
      const written = new Map(intended.map((it) => [it.id, { ...it, version: it.version + 1 }]));
      return await carryOut(
        plans.map((it) => ({ ...it, incident: written.get(it.incident.id) ?? it.incident })),
        telling,
      );
    }
  }
  throw new TemporaryError(
    `Other runs of ${telling.from} told people at the same time, ${maxTurns} times; this one has told nothing. Try it again.`,
  );
}

/** Looks at what is remembered, opens what is new, decides. */
async function plan(telling: Telling): Promise<{ readonly plans: readonly Plan[]; readonly turn: number }> {
  const { warehouse, from, groups, now, policy, news = [] } = telling;
  const since = new Date(now.getTime() - Math.max(policy.flapping.withinMs, longestDayMs));
  const [memory, elsewhere] = await Promise.all([
    readIncidents(warehouse, from, { now, since, keys: news.map(keyOfNews) }),
    groups.some(({ findings }) => findings.some((it) => it.follows?.length))
      ? readKnownElsewhere(warehouse, from, now)
      : [],
  ]);
  const { decidedUntil, turn } = memory;
  const isAboutAProblem = (it: Incident) => !isReport(it);
  const open = memory.open.filter(isAboutAProblem);
  const recent = memory.recent.filter(isAboutAProblem);
  const decided = decideCases({ ...telling, ...memory, open, recent, elsewhere }).map((it): Plan => {
    const incident = it.case.incident ?? opened(it.case, from, now);
    const { decision } = it;
    return {
      ...it,
      incident,
      notice: decision.speak ? noticeOf(it.case, incident, decision, it.known, telling) : null,
    };
  });
  const plans = [...joinNotices(decided), ...reportPlans(telling, memory, decided)];
  const known = new Set([...memory.open, ...memory.recent].map(({ id }) => id));
  const unopened = plans.map(({ incident }) => incident).filter(({ id }) => !known.has(id));
  if (unopened.length > 0 && decidedUntil === null) await openIncidents(warehouse, from, unopened);
  return { plans, turn };
}

/** A tick that comes late says nothing: the next one does. Nor is there a second record of what cannot be read. */
function reportPlans(telling: Telling, memory: Memory, decided: readonly Plan[]): Plan[] {
  const { news = [] } = telling;
  const { open, decidedUntil, unreadable } = memory;
  if (decidedUntil !== null) return [];
  const isReadable = ({ incident }: Plan) => !unreadable.has(incident.id);
  return [
    ...joinNotices(newsPlans(news, memory, telling).filter(isReadable), wordedTogether(telling)),
    ...newsNotOffered(news, open),
    ...linePlans(telling.lineOfTheDay, memory, decided, telling).filter(isReadable),
  ];
}

async function carryOut(plans: readonly Plan[], telling: Telling): Promise<readonly Told[]> {
  if (plans.length === 0) return [];
  const { warehouse, from, runId, now } = telling;
  const failures = await publishAll(plans, telling);
  const told = plans.map(({ case: it, incident, decision, notice }) => ({
    key: it.group?.key ?? incident.key,
    incident: incident.id,
    title: titleOf(it, incident),
    decision,
    notice,
    case: it,
    failure: notice === null ? null : (failures.get(notice.id) ?? null),
  }));
  await logRows(warehouse, { from, runId, now, rows: told.map(toLogRow) });

  const changes = plans
    .filter(({ notice }) => notice === null || !failures.has(notice.id))
    .flatMap((it) => settled(it, now) ?? []);
  const saved = await saveIncidents(warehouse, changes);
  if (saved < changes.length) {
    log.warning(
      "Another run changed an incident at the same time; the next tick goes on from what it left.",
      { changes: changes.length, saved },
    );
  }
  if (failures.size > 0) {
    const notices = new Set(plans.flatMap(({ notice }) => notice?.id ?? []));
    throw new TemporaryError(
      `${failures.size} of ${notices.size} notices could not be published: ${[...failures.values()][0]}`,
    );
  }
  return told;
}

/** @returns why, by the id of each notice that could not be published: one must not keep the others back. */
async function publishAll(plans: readonly Plan[], telling: Telling): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  const byId = Map.groupBy(plans, ({ notice }) => notice?.id ?? null);
  byId.delete(null);
  await Promise.all(
    [...byId.values()].map(async ([first, ...others]) => {
      const notice = first?.notice;
      if (first === undefined || !notice) return;
      try {
        await telling.publish(others.length > 0 ? notice : await completed(first, notice, telling));
      } catch (failure) {
        failures.set(notice.id, messageOf(failure));
      }
    }),
  );
  return failures;
}

/** With what has to be asked for. An answer that cannot be had must not keep the notice back. */
async function completed({ case: it, incident }: Plan, notice: Notice, telling: Telling): Promise<Notice> {
  const ask = <T>(what: string, answer: Promise<readonly T[]> | undefined): Promise<readonly T[]> =>
    (answer ?? Promise.resolve([])).catch((failure: unknown) => {
      log.warning(`A notice goes out without its ${what}: ${messageOf(failure)}`, { notice: notice.id });
      return [];
    });
  if (notice.kind === "report") return notice;
  const isOver =
    it.recovered.length > 0 && (notice.kind === "recovery" || notice.reason === "partly_recovered");
  const outage = outageOf(it, incident, telling.now);
  const about = notice.kind === "recovery" ? outage.subjects : distinctSubjects(it.recovered);
  const bill = isOver ? telling.bill?.({ ...outage, subjects: about }) : undefined;
  const links = notice.kind === "problem" ? telling.links?.(incident.id) : undefined;
  const billed = await ask("bill", bill);
  return {
    ...notice,
    // What it cost is what a reader of two lines wants to know.
    lead: [notice.lead, ...billed.map(({ label, value }) => `${label}: ${value}.`)].join(" "),
    facts: [...notice.facts, ...billed],
    links: await ask("links", links),
  };
}

function wordedTogether({ news = [], newsTogether }: Telling) {
  if (newsTogether === undefined) return undefined;
  return (plans: readonly Plan[]): Message => {
    const keys = new Set(plans.map(({ incident }) => incident.key));
    return newsTogether(news.filter((it) => keys.has(keyOfNews(it))));
  };
}

/** Mistakes of the calling function, which would otherwise end as a message about nothing or a lost one. */
function refuseUnclear({ groups, news = [] }: Telling): void {
  const twice = doubleIn(groups);
  if (twice !== null)
    throw new Error(`two finding groups have the key ${twice}; put their findings into one group`);
  const reserved = groups.find(isReport);
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
