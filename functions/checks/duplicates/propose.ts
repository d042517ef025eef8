import type { DedupView } from "../../shared/config/types.ts";
import type { TableColumn } from "../../shared/stores/bigquery/types.ts";
import { suitability } from "./columns.ts";
import { type Counterexample, differences } from "./counterexamples.ts";
import { smallestHittingSet } from "./hitting-set.ts";

/** The columns that the counterexamples found so far require. */
export interface Proposal {
  /** Columns that separate all pairs that a key can separate, in the table's order. */
  readonly add: readonly string[];
  /** Columns of the pairs that differ only in measures; empty if there is no such pair. */
  readonly differing: readonly string[];
  /** False if the search for the smallest set took too long: `add` is valid, but a smaller set may exist. */
  readonly isSmallest: boolean;
}

/**
 * The columns to add to a key: a set with a differing column for every pair of rows that contradicts the key.
 * Dimensions (text, days, booleans) win over a smaller set with a whole number or an instant, which may be a
 * measure. Then the smallest set wins, then the one whose columns come first in the table. Pure.
 *
 * @param columns of the counterexamples' fingerprints, in their order
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
  const { chosen, isBest } = smallestHittingSet(
    suits.map((suit) => ({ costly: suit === "number" })),
    pairs.map(({ usable }) => usable).filter(({ size }) => size > 0),
  );
  return {
    add: names(chosen),
    differing: names([...hopeless].toSorted((a, b) => a - b)),
    isSmallest: isBest,
  };
}
