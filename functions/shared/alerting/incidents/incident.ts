import { createHash } from "node:crypto";
import type { FindingIdentity, FindingKey, NotifyReason, Severity } from "../types.ts";

/**
 * A notice that is about to be published. It stays in the row if a run ended before it recorded the outcome.
 */
export interface PendingNotice {
  /** Id of the notice. */
  readonly notice: string;
  readonly reason: NotifyReason;
  /** The findings that the notice names as wrong. */
  readonly findings: readonly FindingIdentity[];
  /** The tick of the notice. */
  readonly at: Date;
}

/** A person is working on it: no reminders until then, unless it grows. */
export interface Acknowledgement {
  readonly at: Date;
  readonly until: Date;
}

/** How often one finding broke recently. */
export interface FindingHistory extends FindingKey {
  /** Ticks that newly found it wrong, oldest first, as far back as flapping is counted. */
  readonly breaks: readonly Date[];
  /** The tick that last found it newly wrong or newly ok. */
  readonly changedAt: Date;
  /** When it was notified as flapping; null if it is not flapping. */
  readonly flappingSince: Date | null;
}

/** The stored record of one cause, from its first finding until everything is ok again. */
export interface Incident {
  readonly id: string;
  /** The key of the group it was last matched with. */
  readonly key: string;
  /** Counts changes of this record, from 0; a write names the version it moves from. */
  readonly version: number;
  /** The findings that are wrong now, as far as they were evaluated. */
  readonly findings: readonly FindingIdentity[];
  /** The findings of the latest notice; empty until the first notice. */
  readonly notifiedFindings: readonly FindingIdentity[];
  readonly notifiedAt: Date | null;
  /** The notice that may or may not have been published; null if the outcome is known. */
  readonly pendingNotice: PendingNotice | null;
  /** Number of reminders since the last notice with something new. */
  readonly reminders: number;
  readonly acknowledged: Acknowledgement | null;
  readonly history: readonly FindingHistory[];
  /** Pseudonyms of every owner named so far; see `pseudonym`. */
  readonly owners: readonly string[];
  /** The worst severity so far. */
  readonly severity: Severity;
  /** The last known title. The recovery uses it, because no group describes the incident by then. */
  readonly title: string;
  /** When the cause began, if known. */
  readonly since: Date | null;
  /** The tick that first saw it. */
  readonly openedAt: Date;
  /** The tick that last changed this record. */
  readonly changedAt: Date;
}

/**
 * The id contains the opening tick. If a cause returns or the state table was lost, the new incident has a
 * new id, and the notifier does not take its notices for delivered ones.
 */
export function incidentId(from: string, key: string, openedAt: Date): string {
  return digest([from, key, openedAt.toISOString()]).slice(0, 16);
}

/**
 * Stores an owner as a hash. A name or address would appear in the metadata of every job that reads or writes
 * the incident. The hash differs between incidents.
 */
export function pseudonym(incident: string, owner: string): string {
  return digest([incident, owner]).slice(0, 16);
}

/** For example `freshness/facebook_ads_insights`; the severity is not part of it. */
export function findingKey(finding: FindingKey): string {
  return JSON.stringify([finding.check, finding.subject]);
}

/** The set contains the severity, because `escalated` depends on it. The order does not count. */
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
