import type { DedupView } from "../../shared/config/types.ts";
import type { Contradictions } from "./types.ts";

/** With fewer rows, the number of rows in a sync is unknown. */
const handful = 10;
/** Average rows of a sync. If nearly every row has its own mark, the column does not mark a sync. */
const rowsOfASync = 2;

/**
 * Why it is unknown which rows came together, so that nothing can contradict the key: `unmarked` if no row
 * names its sync, `one_each` if nearly every row names another one. Null if rows can be compared, and if the
 * warehouse file says that the sync is not recorded. Pure.
 *
 * @param isWhole all rows were compared; a few recent ones do not show how many a sync brings
 */
export function whyIncomparable(
  { syncUnknown }: DedupView,
  { rowsCompared, unmarked, marks, conflicts }: Contradictions,
  isWhole: boolean,
): "unmarked" | "one_each" | null {
  if (syncUnknown || rowsCompared === 0) return null;
  const marked = rowsCompared - unmarked;
  if (marked === 0) return "unmarked";
  // A conflict shows that rows could be compared.
  if (!isWhole || conflicts.groups > 0) return null;
  return marked > handful && marked < rowsOfASync * marks ? "one_each" : null;
}
