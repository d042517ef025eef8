import { createHash } from "node:crypto";
import { dayMs } from "../../shared/days.ts";
import { contentColumns } from "./columns.ts";
import { whyIncomparable } from "./sync-marks.ts";
import type { Contradictions, Figures, Look, Proof, Question } from "./types.ts";

/** Rows may come with an arrival that is older than the look they come after: long syncs, clocks that differ. */
const marginMs = 2 * dayMs;

/** From here on the look after one at `now` looks again. */
export function settledBefore(now: Date): Date {
  return new Date(now.getTime() - marginMs);
}

/**
 * What a look proves; nothing where anything contradicts key or order, so that a contradiction stays until it is
 * mended, and nothing where nothing could be compared.
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

/** From where on rows have to be looked at: all of them, unless the last look has proved the rest. */
export function unprovenFrom(question: Question, looks: readonly Look[]): Date | null {
  const proven = provenBy(question, looks);
  return proven === null ? question.from : settledBefore(proven.through);
}

/**
 * Whether there are more rows now beside those that were looked at than the last look had proved: they came since,
 * with an arrival that is older than any that is looked at again.
 */
export function cameUnseen(
  question: Question,
  looks: readonly Look[],
  { rawRows }: Figures,
  { lookedAt }: Contradictions,
): boolean {
  const proven = provenBy(question, looks);
  return proven !== null && rawRows - lookedAt > proven.settledRows;
}

function provenBy(question: Question, looks: readonly Look[]): Proof | null {
  const proven = looks.at(-1)?.proven ?? null;
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
