import { dampFlapping, type IncidentUpdate } from "../incidents/flapping.ts";
import type { Incident } from "../incidents/incident.ts";
import { matchIncidents, type Scope } from "../incidents/match.ts";
import { type KnownElsewhere, suppressionsOf } from "../incidents/suppression.ts";
import type { FindingGroup, FindingIdentity } from "../types.ts";
import { type Decision, needsNotice, type Policy } from "./needs-notice.ts";
import { knownAfter } from "./remember.ts";

/** The input of a decision about notices. */
export interface Facts extends Scope {
  readonly groups: readonly FindingGroup[];
  readonly open: readonly Incident[];
  /** Recently closed incidents: flapping is counted over several incidents. */
  readonly recent: readonly Incident[];
  /** Findings that other functions have notified. */
  readonly elsewhere: readonly KnownElsewhere[];
  readonly policy: Policy;
  /** The tick. */
  readonly now: Date;
  /** The latest later tick that has already run; null if this is the latest. */
  readonly decidedUntil: Date | null;
}

export interface Decided {
  readonly incidentUpdate: IncidentUpdate;
  readonly decision: Decision;
  /** Findings that count as notified after this decision. */
  readonly known: readonly FindingIdentity[];
}

/** Decides for each incident whether a notice is published, and why. Pure. */
export function decideNotices(facts: Facts): Decided[] {
  const { groups, open, policy, now, decidedUntil } = facts;
  const cases = dampFlapping(matchIncidents(groups, open, facts), facts, now, policy.flapping);
  const suppressions = suppressionsOf(cases, facts, policy.silences, now);
  return cases.map((it) => ({
    incidentUpdate: it,
    decision: needsNotice(it, { now, decidedUntil, policy, suppressions }),
    known: knownAfter(it, suppressions),
  }));
}
