/** Something wrong, and what would explain it. */
export interface Effect {
  readonly key: string;
  /** Higher is worse. */
  readonly rank: number;
  /** Keys that would explain it, most likely first. */
  readonly follows: readonly string[];
}

/**
 * Finds the root cause of each: nothing explains a root, and it is at least as bad as all that follow from it.
 * Something without a root cause is its own. In a circle one counts as the root, so that its members do not
 * hide each other. Several may have one key: each of them explains what follows from it. Pure.
 *
 * @param everyLink whether a chain ends at a cause that is less bad than what follows from it, even if that
 * cause has a root as bad. True for a list of things to do: such a cause may be fixed and leave the worse
 * thing. False for notices: whoever knows of the root needs no second notice.
 */
export function rootCauses<T extends Effect>(
  wrong: readonly T[],
  { everyLink }: { readonly everyLink: boolean },
): Map<T, T> {
  const byKey = Map.groupBy(wrong, ({ key }) => key);
  const roots = new Map<string, T>();

  function rootOf(it: T, path: readonly string[]): T {
    const known = roots.get(it.key);
    if (known !== undefined) return known;
    const causes = it.follows.filter((key) => !path.includes(key)).flatMap((key) => byKey.get(key) ?? []);
    for (const cause of causes) {
      if (everyLink && cause.rank < it.rank) continue;
      const root = rootOf(cause, [...path, cause.key]);
      if (root.key === it.key || root.rank < it.rank) continue;
      roots.set(it.key, root);
      return root;
    }
    return it;
  }

  return new Map(wrong.map((it) => [it, rootOf(it, [it.key])]));
}
