import type { DedupView } from "../../shared/config/types.ts";
import type { Contradictions } from "./types.ts";

/** Fewer rows are no evidence of how many a sync brings. */
const handful = 10;
/** On average, of a loader's syncs; where nearly every row has a mark of its own, the mark is none of a sync. */
const rowsOfASync = 2;

/**
 * Why rows that came together are not known, so that nothing can contradict the key: `unmarked` where no row says its
 * sync, `one_each` where nearly every row says another one. Null where they can be compared, and where the warehouse
 * file says that nobody knows them. Pure.
 *
 * @param isWhole all rows were looked at; a few recent ones say nothing about how many a sync brings
 */
export function whyIncomparable(
  { syncUnknown }: DedupView,
  { lookedAt, unmarked, marks, conflicts }: Contradictions,
  isWhole: boolean,
): "unmarked" | "one_each" | null {
  if (syncUnknown || lookedAt === 0) return null;
  const marked = lookedAt - unmarked;
  if (marked === 0) return "unmarked";
  // What contradicts the key was compared.
  if (!isWhole || conflicts.groups > 0) return null;
  return marked > handful && marked < rowsOfASync * marks ? "one_each" : null;
}
