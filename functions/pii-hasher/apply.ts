import type { Verdict as SearchVerdict } from "../checks/pii-search/types.ts";
import type { Context } from "../shared/function/definition.ts";
import type { Decision } from "./decide.ts";
import type { Gathered } from "./gather.ts";
import { searchedTables } from "./prove/search.ts";
import { toFindingGroups } from "./render.ts";
import { recordTick, runTick } from "./tick.ts";

/** What is wrong, with what a search found; a search is not part of every tick, and of no GET. */
export interface Applied extends Decision {
  readonly searched: readonly SearchVerdict[];
  /** Tables that are searched, by name: what is remembered of any other is dropped. */
  readonly searchable: readonly string[];
}

/** Hashes what is new, empties it where it came from, searches where that is due. */
export async function apply(
  _wanted: Decision,
  { pii, tickPlan }: Gathered,
  { at, warehouse }: Context,
): Promise<Applied> {
  const { decision, searched } = await runTick(tickPlan, pii, warehouse, at.now);
  const searchable = await searchedTables(searched, pii, warehouse, at.now);
  return { ...decision, searched, searchable };
}

/** Remembers that this tick was notified to the end, and whether something is still wrong. */
export async function afterNotify(
  decision: Applied,
  { pii, tickPlan }: Gathered,
  { at, warehouse }: Context,
): Promise<void> {
  const { searched } = decision;
  const hasOpenProblem = !decision.complete || toFindingGroups(decision, searched, pii).length > 0;
  await recordTick({ decision, searched }, tickPlan, hasOpenProblem, warehouse, at.now);
}
