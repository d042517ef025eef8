/** Something to choose, with what it costs before the number of things chosen is looked at. */
export interface Choice {
  readonly dear: boolean;
}

/**
 * The best set of choices that has at least one of each of `sets`: with the fewest dear ones, then the smallest, then
 * the one whose indices come first. Exact, by branching on the smallest set that is not hit yet.
 *
 * @param sets each the indices of the choices that would do; none empty
 * @returns indices, ascending
 * @throws Error where a set is empty
 */
export function bestHittingSet(choices: readonly Choice[], sets: readonly ReadonlySet<number>[]): number[] {
  if (sets.some((set) => set.size === 0)) throw new Error("nothing can hit an empty set");
  const toHit = minimal(sets);
  let best: number[] | null = null;

  const search = (chosen: readonly number[], barred: ReadonlySet<number>): void => {
    const open = toHit.filter((set) => !chosen.some((it) => set.has(it)));
    const candidate = chosen.toSorted((a, b) => a - b);
    if (open.length === 0) {
      if (best === null || compare(choices, candidate, best) < 0) best = candidate;
      return;
    }
    if (best !== null && !canStillWin(choices, chosen, best)) return;
    const options = open.map((set) => [...set].filter((it) => !barred.has(it)));
    const [fewest = []] = options.toSorted((a, b) => a.length - b.length);
    const tried = new Set(barred);
    for (const option of fewest.toSorted((a, b) => weight(choices, [a]) - weight(choices, [b]) || a - b)) {
      search([...chosen, option], tried);
      tried.add(option);
    }
  };
  search([], new Set());
  return best ?? [];
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
