import { messageOf, TemporaryError } from "../errors.ts";
import { log } from "../log.ts";
import type { Warehouse } from "../warehouse/types.ts";
import { matchIncidents } from "./match-incidents.ts";
import { needsNotice } from "./needs-notice.ts";
import { noticeOf } from "./notice.ts";
import type { Publish } from "./publish.ts";
import { announced, opened, type Plan, settled, titleOf } from "./remember.ts";
import { announce, logDecisions, openIncidents, readIncidents, saveIncidents } from "./state.ts";
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

/** A run that keeps meeting others leaves the rest to the next tick. */
const maxTurns = 3;

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
  refuseUnclear(telling.groups);
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
  const { warehouse, from, groups, now, remindAfterMs } = telling;
  const { open, decidedUntil, turn } = await readIncidents(warehouse, from, now);
  const cases = matchIncidents(groups, open, telling).map((it) => ({
    case: it,
    incident: it.incident ?? opened(it, from, now),
  }));
  const unopened = cases.filter((it) => it.case.incident === null).map(({ incident }) => incident);
  if (unopened.length > 0 && decidedUntil === null) await openIncidents(warehouse, from, unopened);

  const plans = cases.map(({ case: it, incident }) => {
    const decision = needsNotice(it, { now, decidedUntil, remindAfterMs });
    const notice = decision.speak ? noticeOf(it, incident, decision, from, now) : null;
    return { case: it, incident, decision, notice };
  });
  return { plans, turn };
}

async function carryOut(plans: readonly Plan[], telling: Telling): Promise<readonly Told[]> {
  if (plans.length === 0) return [];
  const { warehouse, from, runId, now } = telling;
  const results = await Promise.all(
    plans.map(async (it) => ({ plan: it, told: await tell(it, telling.publish) })),
  );
  const told = results.map((it) => it.told);
  await logDecisions(warehouse, { from, runId, now, told });

  const changes = results
    .filter((it) => it.told.failure === null)
    .flatMap((it) => settled(it.plan, now) ?? []);
  const saved = await saveIncidents(warehouse, changes);
  if (saved < changes.length) {
    log.warning(
      "Another run changed an incident at the same time; the next tick goes on from what it left.",
      { changes: changes.length, saved },
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

async function tell({ case: it, incident, decision, notice }: Plan, publish: Publish): Promise<Told> {
  const key = it.group?.key ?? incident.key;
  const result = { key, incident: incident.id, title: titleOf(it, incident), decision, notice, case: it };
  try {
    if (notice !== null) await publish(notice);
    return { ...result, failure: null };
  } catch (failure) {
    // One notice that cannot be published must not keep the others back.
    return { ...result, failure: messageOf(failure) };
  }
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
