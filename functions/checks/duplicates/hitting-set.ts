/** Something to choose, with what it costs before the number of things chosen is looked at. */
export interface Choice {
  readonly dear: boolean;
}

/** To find the best one takes exponential time; so many steps are well below a second. */
const stepsAtMost = 5_000;

export interface HittingSet {
  /** Indices, ascending. */
  readonly chosen: readonly number[];
  /** False where the search was ended by its limit: it hits everything, and a better one may exist. */
  readonly isBest: boolean;
}

/**
 * The best set of choices that has at least one of each of `sets`: with the fewest dear ones, then the smallest, then
 * the one whose indices come first. By branching on the smallest set that is not hit yet; where that takes more than
 * `limit` steps, the best that was found until then, or by taking greedily what hits the most.
 *
 * @param sets each the indices of the choices that would do; none empty
 * @throws Error where a set is empty
 */
export function bestHittingSet(
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

/** Again and again what hits the most of what is left, those that are not dear first; without what turns out needless. */
function greedy(choices: readonly Choice[], sets: readonly ReadonlySet<number>[]): number[] {
  const hits = (some: readonly number[], all = sets) =>
    all.filter((set) => some.some((it) => set.has(it))).length;
  let chosen: readonly number[] = [];
  while (hits(chosen) < sets.length) {
    const open = sets.filter((set) => !chosen.some((it) => set.has(it)));
    const cheap = open.map((set) => [...set].filter((it) => !choices[it]?.dear));
    // A set of dear ones alone leaves no choice.
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

/** Whoever hits a set hits all that contain it. */
function minimal(sets: readonly ReadonlySet<number>[]): readonly ReadonlySet<number>[] {
  const bySize = sets.toSorted((a, b) => a.size - b.size);
  const kept: ReadonlySet<number>[] = [];
  for (const set of bySize)
    if (!kept.some((smaller) => [...smaller].every((it) => set.has(it)))) kept.push(set);
  return kept;
}

function weight(choices: readonly Choice[], chosen: readonly number[]): number {
  return chosen.filter((it) => choices[it]?.dear).length;
}

function compare(choices: readonly Choice[], a: readonly number[], b: readonly number[]): number {
  const byIndex = () => a.map((it, at) => it - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return weight(choices, a) - weight(choices, b) || a.length - b.length || byIndex();
}

/** At least one more has to be chosen. */
function canStillWin(
  choices: readonly Choice[],
  chosen: readonly number[],
  best: readonly number[],
): boolean {
  const [dear, dearest] = [weight(choices, chosen), weight(choices, best)];
  return dear < dearest || (dear === dearest && chosen.length < best.length);
}
