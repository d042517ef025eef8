import type { Decision } from "./decide/needs-notice.ts";
import type { IncidentUpdate } from "./incidents/flapping.ts";
import type { LogRow } from "./state/state.ts";
import type { Notice } from "./types.ts";

/** What was decided about one incident or announcement at this tick; one row of `alert_log`. */
export interface Told {
  readonly key: string;
  readonly incident: string;
  readonly title: string;
  readonly decision: Decision;
  /** What was published, or null for a silence. */
  readonly notice: Notice | null;
  /** Why the notice could not be published; null when it was, and for a silence. */
  readonly failure: string | null;
  /** Null for a heartbeat and for news, which no finding is behind. */
  readonly case: IncidentUpdate | null;
  /** What it was about, what is ok again too. */
  readonly subjects: readonly string[];
}

/** For the summary of a run: who heard what, and why not. */
export function toldAsJson(told: readonly Told[]): readonly Readonly<Record<string, unknown>>[] {
  return told.map(({ key, decision: { speak, reason, why }, notice }) => ({
    key,
    speak,
    reason,
    why,
    notice: notice?.id ?? null,
  }));
}

/** For the log: notices, several causes may share one, and silences. */
export function toldInNumbers(told: readonly Told[]): { readonly told: number; readonly held: number } {
  return {
    told: new Set(told.flatMap(({ notice }) => notice?.id ?? [])).size,
    held: told.filter(({ notice }) => notice === null).length,
  };
}

/** For the log of decisions: every decision, silences too. */
export function toLogRow(it: Told): LogRow {
  return {
    incident: it.incident,
    group_key: it.key,
    title: it.title,
    spoken: it.decision.speak,
    reason: it.decision.reason,
    why: it.decision.why,
    notice: it.notice?.id ?? null,
    failure: it.failure,
    findings: JSON.stringify(it.case?.findings ?? []),
    subjects: it.subjects,
  };
}
