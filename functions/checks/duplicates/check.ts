import type { Warehouse } from "../../shared/warehouse/types.ts";
import type { Instants } from "../freshness/instants.ts";
import type { Question, Verdict } from "./types.ts";

/**
 * Duplicates of every view: figures, contradictions of key and order, advice, and how the rate moves. Answers in
 * the order of `questions`; one view that cannot be looked at stops no other.
 */
export async function checkDuplicates(
  questions: readonly Question[],
  warehouse: Warehouse,
  instants: Pick<Instants, "now" | "seenUntil">,
): Promise<Verdict[]> {
  throw new Error(`${questions.length} ${warehouse.runs.length} ${instants.now}`);
}
