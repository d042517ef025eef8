import type { DedupView } from "../../shared/config/types.ts";
import type { TableColumn } from "../../shared/stores/bigquery/types.ts";
import { suitability } from "./columns.ts";
import { type Counterexample, differences } from "./counterexamples.ts";
import { bestHittingSet } from "./hitting-set.ts";

/** What the counterexamples seen so far ask of the key. */
export interface Proposal {
  /** Columns that tell apart all pairs that a key can tell apart, in the table's order. */
  readonly add: readonly string[];
  /** Columns of the pairs that differ in measures only; empty where there is no such pair. */
  readonly differing: readonly string[];
  /** False where the search for the smallest set took too long: `add` does, and a smaller one may. */
  readonly isSmallest: boolean;
}

/**
 * The columns to add to a key: those that differ in every pair of rows that contradicts it. Dimensions (text, days,
 * yes or no) are preferred over a smaller set that holds a whole number or an instant, since that may be a measure;
 * then the smallest set wins, then the one whose columns come first in the table. Pure.
 *
 * @param columns those that the counterexamples are fingerprints of, in their order
 */
export function propose(
  view: DedupView,
  columns: readonly TableColumn[],
  counterexamples: readonly Counterexample[],
): Proposal {
  const suits = columns.map((column) => suitability(view, column));
  const pairs = differences(counterexamples).map((all) => ({
    all,
    usable: new Set([...all].filter((at) => suits[at] !== null)),
  }));
  const names = (indices: Iterable<number>) => [...indices].map((at) => columns[at]?.name ?? "");
  const hopeless = new Set(pairs.filter(({ usable }) => usable.size === 0).flatMap(({ all }) => [...all]));
  const { chosen, isBest } = bestHittingSet(
    suits.map((suit) => ({ dear: suit === "number" })),
    pairs.map(({ usable }) => usable).filter(({ size }) => size > 0),
  );
  return {
    add: names(chosen),
    differing: names([...hopeless].toSorted((a, b) => a - b)),
    isSmallest: isBest,
  };
}
