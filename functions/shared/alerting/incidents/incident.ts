import { createHash } from "node:crypto";
import type { FindingIdentity, Matter, Severity, SpokenReason } from "../types.ts";

/** A notice that is about to be published. Where it stays, a run has ended before it could say how that went. */
export interface Intention {
  /** Id of the notice. */
  readonly notice: string;
  readonly reason: SpokenReason;
  /** What it says is wrong. */
  readonly findings: readonly FindingIdentity[];
  /** The tick it speaks of. */
  readonly at: Date;
}

/** Somebody is on it: no reminders until then, unless it grows. */
export interface Acknowledgement {
  readonly at: Date;
  readonly until: Date;
}

/** How often one matter broke of late. */
export interface MatterHistory extends Matter {
  /** Ticks that newly found it wrong, oldest first, as far back as flapping is counted. */
  readonly breaks: readonly Date[];
  /** The tick that last found it broken or mended. */
  readonly changedAt: Date;
  /** When people were told that it is flapping; null while it is not. */
  readonly flappingSince: Date | null;
}

/** What is remembered of one cause from its first finding until all is ok again. */
export interface Incident {
  readonly id: string;
  /** The key of the group it was last matched with. */
  readonly key: string;
  /** Counts changes of this record, from 0; a write names the version it moves from. */
  readonly version: number;
  /** What is wrong now, as far as it was judged. */
  readonly findings: readonly FindingIdentity[];
  /** What people were last told is wrong; empty until the first notice. */
  readonly told: readonly FindingIdentity[];
  readonly toldAt: Date | null;
  /** What people may have been told since, and may not; null where that is known. */
  readonly telling: Intention | null;
  /** Reminders since people last heard anything new. */
  readonly reminders: number;
  readonly acknowledged: Acknowledgement | null;
  readonly history: readonly MatterHistory[];
  /** Everybody who was named as responsible so far, see `pseudonym`. */
  readonly owners: readonly string[];
  /** Worst there was. */
  readonly severity: Severity;
  /** The last known title, for the recovery: by then no group describes it any more. */
  readonly title: string;
  /** When the cause began, where it is known. */
  readonly since: Date | null;
  /** The tick that first saw it. */
  readonly openedAt: Date;
  /** The tick that last changed this record. */
  readonly changedAt: Date;
}

/**
 * The opening tick is part of the id: a cause that comes back, or a state table that was lost, makes a
 * new incident, whose notices cannot be taken for those already delivered.
 */
export function incidentId(from: string, key: string, openedAt: Date): string {
  return digest([from, key, openedAt.toISOString()]).slice(0, 16);
}

/**
 * An owner as an incident remembers them. A name or an address would stand in the metadata of every job that
 * writes or reads the incident; this can only be compared with, and in no other incident.
 */
export function pseudonym(incident: string, owner: string): string {
  return digest([incident, owner]).slice(0, 16);
}

/** `freshness/facebook_ads_insights`: the same matter whatever its severity. */
export function matter(finding: Matter): string {
  return JSON.stringify([finding.check, finding.subject]);
}

/** Severity decides about `escalated`, so it is part of the set; order is not. */
export function findingSet(findings: readonly FindingIdentity[]): readonly string[] {
  return [...new Set(findings.map((it) => JSON.stringify([it.check, it.subject, it.severity])))].sort();
}

export function sameFindings(one: readonly FindingIdentity[], other: readonly FindingIdentity[]): boolean {
  return findingSet(one).join() === findingSet(other).join();
}

export function worst(severities: readonly Severity[]): Severity {
  return severities.includes("critical") ? "critical" : "warning";
}

export function digest(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
