import { messageOf, TemporaryError } from "../errors.ts";
import { log } from "../log.ts";
import type { Warehouse } from "../warehouse/types.ts";
import { type Incident, incidentId, sameFindings, worst } from "./incident.ts";
import { type Case, matchIncidents } from "./match-incidents.ts";
import { type Decision, needsNotice } from "./needs-notice.ts";
import { noticeOf } from "./notice.ts";
import type { Publish } from "./publish.ts";
import { type Change, logDecisions, openIncidents, readIncidents, saveIncidents } from "./state.ts";
import type { Told } from "./told.ts";
import type { FindingGroup } from "./types.ts";

export interface Telling {
  /** Function that speaks, e.g. `sync-watchdog`; its incidents are its own. */
  readonly from: string;
  readonly groups: readonly FindingGroup[];
  /** Subjects that were really judged at this tick: any other can be neither recovered nor worse. */
  readonly judged: ReadonlySet<string>;
  /** All subjects there are at this tick, judged or not: what is remembered of any other is dropped. */
  readonly watched: ReadonlySet<string>;
  /** The tick, not the wall clock. */
  readonly now: Date;
  readonly runId: string;
  readonly remindAfterMs: number;
  readonly warehouse: Warehouse;
  readonly publish: Publish;
}

/**
 * Decides who must hear of what was found, publishes it, and remembers it, in that order. A crash between
 * publishing and remembering, or a run beside this one, publishes the same notice id again, and the
 * notifier delivers an id once. So nothing is lost, and nothing is said twice.
 *
 * Without findings and without open incidents it costs one query.
 *
 * @throws TemporaryError when a notice could not be published; everything else is done and remembered by
 * then, and the next tick tries that one again.
 */
export async function tellPeople(telling: Telling): Promise<readonly Told[]> {
  const { groups, now, remindAfterMs, from } = telling;
  refuseUnclear(groups);
  const { open, decidedUntil } = await readIncidents(telling.warehouse, from, now);
  const moment = { now, decidedUntil, remindAfterMs };

  let cases = matchIncidents(groups, open, telling);
  const unopened = cases.filter((it) => it.incident === null);
  if (unopened.length > 0 && !(decidedUntil !== null && decidedUntil > now)) {
    const opened = await openIncidents(
      telling.warehouse,
      from,
      unopened.map((it) => newIncident(it, from, now)),
    );
    // Another run may have opened the same incident first: its id is the one to speak under.
    const remembered = opened.complete
      ? [...open, ...opened.incidents]
      : (await readIncidents(telling.warehouse, from, now)).open;
    cases = matchIncidents(groups, remembered, telling);
  }

  const told = await Promise.all(cases.map((it) => tell(it, needsNotice(it, moment), telling)));
  if (told.length === 0) return told;

  await logDecisions(telling.warehouse, { from, runId: telling.runId, now, told });
  const changes = told.filter((it) => it.failure === null).flatMap((it) => changeOf(it, now) ?? []);
  const saved = await saveIncidents(telling.warehouse, changes);
  if (saved < changes.length) {
    log.warning(
      "Another run changed an incident at the same time; the next tick goes on from what it left.",
      {
        changes: changes.length,
        saved,
      },
    );
  }

  const failed = told.filter((it) => it.failure !== null);
  if (failed.length > 0) {
    throw new TemporaryError(
      `${failed.length} of ${told.filter((it) => it.decision.speak).length} notices could not be published: ${failed[0]?.failure}`,
    );
  }
  return told;
}

async function tell(it: Case, decision: Decision, telling: Telling): Promise<Told> {
  const incident = it.incident ?? newIncident(it, telling.from, telling.now);
  const title = it.group?.message.title ?? incident.title;
  const result = { key: it.group?.key ?? incident.key, incident: incident.id, title, decision, case: it };
  if (!decision.speak) return { ...result, notice: null, failure: null };

  const notice = noticeOf(it, incident, decision, telling.from, telling.now);
  try {
    await telling.publish(notice);
    return { ...result, notice, failure: null };
  } catch (failure) {
    // One notice that cannot be published must not keep the others back.
    return { ...result, notice, failure: messageOf(failure) };
  }
}

function newIncident(it: Case, from: string, now: Date): Incident {
  const key = it.group?.key ?? "";
  return {
    id: incidentId(from, key, now),
    key,
    version: 1,
    findings: it.findings,
    told: it.told,
    toldAt: it.toldAt,
    severity: worst(it.findings.map((finding) => finding.severity)),
    title: it.group?.message.title ?? "",
    since: sinceOf(it.group),
    openedAt: now,
    changedAt: now,
  };
}

/** The record after this tick, or null when nothing about it changed: a quiet tick writes nothing. */
function changeOf({ case: it, decision, title }: Told, now: Date): Change | null {
  const was = it.incident;
  if (was === null || decision.reason === "stale_tick") return null;
  const next: Incident = {
    ...was,
    key: it.group?.key ?? was.key,
    findings: it.findings,
    told: decision.speak ? it.findings : it.told,
    toldAt: decision.speak ? now : it.toldAt,
    severity: worst([was.severity, ...it.findings.map((finding) => finding.severity)]),
    title,
    since: was.since ?? sinceOf(it.group),
    changedAt: now,
  };
  const closedAs = it.findings.length === 0 ? decision.reason : null;
  const unchanged =
    closedAs === null &&
    !decision.speak &&
    next.key === was.key &&
    next.severity === was.severity &&
    sameFindings(next.findings, was.findings) &&
    sameFindings(next.told, was.told);
  return unchanged ? null : { incident: next, closedAs };
}

function sinceOf(group: FindingGroup | null): Date | null {
  return group?.since ? new Date(group.since) : null;
}

/** Mistakes of the calling function, which would otherwise end as a message about nothing or a lost one. */
function refuseUnclear(groups: readonly FindingGroup[]): void {
  const keys = groups.map((group) => group.key);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined)
    throw new Error(`two finding groups have the key ${twice}; put their findings into one group`);
  const empty = groups.find((group) => group.findings.length === 0);
  if (empty !== undefined) throw new Error(`finding group ${empty.key} has no finding; leave it out`);
}
