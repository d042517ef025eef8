import type { Decision } from "./decide/needs-notice.ts";
import type { IncidentUpdate } from "./incidents/flapping.ts";
import type { LogRow } from "./state/state.ts";
import type { Notice } from "./types.ts";

/** The decision about one incident or announcement at this tick; one row of `alert_log`. */
export interface NoticeDecision {
  readonly key: string;
  readonly incident: string;
  readonly title: string;
  readonly decision: Decision;
  /** The published notice, or null if it was suppressed. */
  readonly notice: Notice | null;
  /** Why the notice could not be published; null if it was published or suppressed. */
  readonly failure: string | null;
  /** Null for heartbeats and news, which have no finding. */
  readonly incidentUpdate: IncidentUpdate | null;
  /** The subjects of the incident, including those that are ok again. */
  readonly subjects: readonly string[];
}

/** The notices of a run, with the reason of each decision. */
export function noticesAsJson(
  notices: readonly NoticeDecision[],
): readonly Readonly<Record<string, unknown>>[] {
  return notices.map(({ key, decision: { notify, reason, why }, notice }) => ({
    key,
    notify,
    reason,
    why,
    notice: notice?.id ?? null,
  }));
}

/** For the request log: the number of notices, which several incidents may share, and of suppressions. */
export function noticesInNumbers(notices: readonly NoticeDecision[]): {
  readonly notices: number;
  readonly suppressed: number;
} {
  return {
    notices: new Set(notices.flatMap(({ notice }) => notice?.id ?? [])).size,
    suppressed: notices.filter(({ notice }) => notice === null).length,
  };
}

/** A row for each decision, including suppressions. */
export function toLogRow(it: NoticeDecision): LogRow {
  return {
    incident: it.incident,
    group_key: it.key,
    title: it.title,
    notified: it.decision.notify,
    reason: it.decision.reason,
    why: it.decision.why,
    notice: it.notice?.id ?? null,
    failure: it.failure,
    findings: JSON.stringify(it.incidentUpdate?.findings ?? []),
    subjects: it.subjects,
  };
}
