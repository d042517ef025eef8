/** A possible choice and its cost, which counts before the number of choices. */
export interface Choice {
  readonly costly: boolean;
}

/** Finding the best set takes exponential time; this many steps take well below a second. */
const stepsAtMost = 5_000;

export interface HittingSet {
  /** Indices, ascending. */
  readonly chosen: readonly number[];
  /** False if the search reached its limit: the set is valid, but a better one may exist. */
  readonly isBest: boolean;
}

/**
 * The best set of choices that contains at least one element of each of `sets`: with the fewest expensive
 * ones, then the smallest, then the one with the lowest indices. It branches on the smallest set without a
 * chosen element. After `limit` steps it returns the best set found so far, or a greedy one.
 *
 * @param sets each the indices of the choices that would do; none empty
 * @throws Error if a set is empty
 */
export function smallestHittingSet(
  choices: readonly Choice[],
  sets: readonly ReadonlySet<number>[],
  limit = stepsAtMost,
): HittingSet {
  if (sets.some((set) => set.size === 0)) throw new Error("nothing can hit an empty set");
  const toHit = minimal(sets);
  let best = greedy(choices, toHit);
  let steps = 0;

  const search = (chosen: readonly number[], barred: ReadonlySet<number>): void => {
    steps += 1;
    if (steps > limit) return;
    const open = toHit.filter((set) => !chosen.some((it) => set.has(it)));
    const candidate = chosen.toSorted((a, b) => a - b);
    if (open.length === 0) {
      if (compare(choices, candidate, best) < 0) best = candidate;
      return;
    }
    if (!canStillWin(choices, chosen, best)) return;
    const options = open.map((set) => [...set].filter((it) => !barred.has(it)));
    const [fewest = []] = options.toSorted((a, b) => a.length - b.length);
    const tried = new Set(barred);
    for (const option of fewest.toSorted((a, b) => weight(choices, [a]) - weight(choices, [b]) || a - b)) {
      search([...chosen, option], tried);
      tried.add(option);
    }
  };
  search([], new Set());
  return { chosen: best, isBest: steps <= limit };
}

/**
 * Repeatedly takes the choice that is in most of the remaining sets, cheap ones first, and then drops
 * unneeded ones.
 */
function greedy(choices: readonly Choice[], sets: readonly ReadonlySet<number>[]): number[] {
  const hits = (some: readonly number[], all = sets) =>
    all.filter((set) => some.some((it) => set.has(it))).length;
  let chosen: readonly number[] = [];
  while (hits(chosen) < sets.length) {
    const open = sets.filter((set) => !chosen.some((it) => set.has(it)));
    const cheap = open.map((set) => [...set].filter((it) => !choices[it]?.costly));
    // If a set has only expensive choices, one of them must be taken.
    const left = new Set(
      cheap.some((set) => set.length > 0) ? cheap.flat() : open.flatMap((set) => [...set]),
    );
    const [most = 0] = [...left].toSorted((a, b) => hits([b], open) - hits([a], open) || a - b);
    chosen = [...chosen, most];
  }
  for (const it of chosen) {
    const others = chosen.filter((other) => other !== it);
    if (hits(others) === sets.length) chosen = others;
  }
  return chosen.toSorted((a, b) => a - b);
}

/** A choice for a set also covers every superset of it. */
function minimal(sets: readonly ReadonlySet<number>[]): readonly ReadonlySet<number>[] {
  const bySize = sets.toSorted((a, b) => a.size - b.size);
  const kept: ReadonlySet<number>[] = [];
  for (const set of bySize)
    if (!kept.some((smaller) => [...smaller].every((it) => set.has(it)))) kept.push(set);
  return kept;
}

function weight(choices: readonly Choice[], chosen: readonly number[]): number {
  return chosen.filter((it) => choices[it]?.costly).length;
}

function compare(choices: readonly Choice[], a: readonly number[], b: readonly number[]): number {
  const byIndex = () => a.map((it, at) => it - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return weight(choices, a) - weight(choices, b) || a.length - b.length || byIndex();
}

/** At least one more choice is needed. */
function canStillWin(
  choices: readonly Choice[],
  chosen: readonly number[],
  best: readonly number[],
): boolean {
  const [costly, costliest] = [weight(choices, chosen), weight(choices, best)];
  return costly < costliest || (costly === costliest && chosen.length < best.length);
}
