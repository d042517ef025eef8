import { createHash } from "node:crypto";
import { dayMs } from "../../shared/days.ts";
import { contentColumns } from "./columns.ts";
import { whyIncomparable } from "./sync-marks.ts";
import type { Contradictions, Figures, PastCount, Proof, Question } from "./types.ts";

/** Rows can arrive after a run with an earlier arrival time: long syncs, clocks that differ. */
const marginMs = 2 * dayMs;

/** The run after one at `now` compares the rows from here on again. */
export function settledBefore(now: Date): Date {
  return new Date(now.getTime() - marginMs);
}

/**
 * The part of the rows that a run has proved free of contradictions. Empty if there is a contradiction, so
 * that it is found again until it is fixed, or if nothing could be compared.
 */
export function proofOf(
  question: Question,
  contradictions: Contradictions,
  { settledRows }: Figures,
  now: Date,
): Proof | null {
  const { view, from } = question;
  if (contradictions.conflicts.groups > 0 || contradictions.ties.groups > 0) return null;
  if (whyIncomparable(view, contradictions, from === null) !== null) return null;
  return { through: now, of: subjectOf(question), settledRows };
}

/** The start of the rows to compare: all rows, unless an earlier run has proved the older ones. */
export function unprovenFrom(question: Question, pastCounts: readonly PastCount[]): Date | null {
  const proven = provenBy(question, pastCounts);
  return proven === null ? question.from : settledBefore(proven.through);
}

/**
 * Whether the rows outside the compared ones are more than an earlier run had proved. If so, rows came later
 * with an arrival older than the compared range.
 */
export function cameUnseen(
  question: Question,
  pastCounts: readonly PastCount[],
  { rawRows }: Figures,
  { rowsCompared }: Contradictions,
): boolean {
  const proven = provenBy(question, pastCounts);
  return proven !== null && rawRows - rowsCompared > proven.settledRows;
}

function provenBy(question: Question, pastCounts: readonly PastCount[]): Proof | null {
  const proven = pastCounts.at(-1)?.proven ?? null;
  return question.sinceProven && proven?.of === subjectOf(question) ? proven : null;
}

function subjectOf({ view, columns }: Question): string {
  const { source, tieBreak, sync, syncUnknown } = view;
  const subject = [
    source.table,
    source.uniqueKey,
    source.arrival,
    tieBreak,
    sync,
    syncUnknown,
    contentColumns(view, columns).map(({ name, type }) => `${name} ${type}`),
  ];
  return createHash("sha256").update(JSON.stringify(subject)).digest("hex").slice(0, 16);
}
