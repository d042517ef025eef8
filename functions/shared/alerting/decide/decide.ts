import { dampFlapping, type IncidentUpdate } from "../incidents/flapping.ts";
import type { Incident } from "../incidents/incident.ts";
import { matchIncidents, type Scope } from "../incidents/match.ts";
import { type KnownElsewhere, suppressionsOf } from "../incidents/suppression.ts";
import type { FindingGroup, FindingIdentity } from "../types.ts";
import { type Decision, needsNotice, type Policy } from "./needs-notice.ts";
import { knownAfter } from "./remember.ts";

/** Everything that a decision about telling people rests on. */
export interface Facts extends Scope {
  readonly groups: readonly FindingGroup[];
  readonly open: readonly Incident[];
  /** Closed of late: what breaks again and again does so over several incidents. */
  readonly recent: readonly Incident[];
  /** What people know to be wrong from other functions. */
  readonly elsewhere: readonly KnownElsewhere[];
  readonly policy: Policy;
  /** The tick. */
  readonly now: Date;
  /** The latest tick after this one that has run; null where this is the latest. */
  readonly decidedUntil: Date | null;
}

export interface Decided {
  readonly case: IncidentUpdate;
  readonly decision: Decision;
  /** What people know to be wrong once they have heard of it. */
  readonly known: readonly FindingIdentity[];
}

/** What was found and what is remembered → who must hear of what, cause by cause. Pure. */
export function decideCases(facts: Facts): Decided[] {
  const { groups, open, policy, now, decidedUntil } = facts;
  const cases = dampFlapping(matchIncidents(groups, open, facts), facts, now, policy.flapping);
  const suppressions = suppressionsOf(cases, facts, policy.silences, now);
  return cases.map((it) => ({
    case: it,
    decision: needsNotice(it, { now, decidedUntil, policy, suppressions }),
    known: knownAfter(it, suppressions),
  }));
}
