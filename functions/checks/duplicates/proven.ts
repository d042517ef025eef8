import { createHash } from "node:crypto";
import { dayMs } from "../../shared/days.ts";
import { contentColumns } from "./columns.ts";
import type { Contradictions, Look, Question } from "./types.ts";

/** Up to where a key and an order were looked at, with nothing against them. */
export interface Proof {
  readonly through: Date;
  /** Of all that the proof is about: another key, order, mark of the sync or set of columns is another proof. */
  readonly of: string;
}

/** Rows may come with an arrival that is older than the look they come after: long syncs, clocks that differ. */
const marginMs = 2 * dayMs;

/** What a look proves; nothing where anything contradicts key or order, so that a contradiction stays until it is mended. */
export function proofOf(question: Question, { conflicts, ties }: Contradictions, now: Date): Proof | null {
  if (conflicts.groups > 0 || ties.groups > 0) return null;
  return { through: now, of: subjectOf(question) };
}

/** From where on rows have to be looked at: all of them, unless the last look has proved the rest. */
export function unprovenFrom(question: Question, looks: readonly Look[]): Date | null {
  const proven = looks.at(-1)?.proven ?? null;
  if (!question.sinceProven || proven?.of !== subjectOf(question)) return question.from;
  return new Date(proven.through.getTime() - marginMs);
}

function subjectOf({ view, columns }: Question): string {
  const { source, tieBreak, sync } = view;
  const subject = [
    source.table,
    source.uniqueKey,
    source.arrival,
    tieBreak,
    sync,
    contentColumns(view, columns).map(({ name, type }) => `${name} ${type}`),
  ];
  return createHash("sha256").update(JSON.stringify(subject)).digest("hex").slice(0, 16);
}
