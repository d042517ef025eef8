/** Versions of one key in one sync, each as the fingerprints of its columns, in their order. */
export type Counterexample = readonly (readonly string[])[];

/**
 * For every pair of versions, the indices of the columns in which they differ. No set is empty, and each set
 * appears once.
 */
export function differences(counterexamples: readonly Counterexample[]): ReadonlySet<number>[] {
  const found = new Map<string, ReadonlySet<number>>();
  for (const versions of counterexamples) {
    for (const [at, one] of versions.entries()) {
      for (const other of versions.slice(at + 1)) {
        const differing = one.flatMap((fingerprint, column) =>
          fingerprint === other[column] ? [] : [column],
        );
        if (differing.length > 0) found.set(differing.join(), new Set(differing));
      }
    }
  }
  return [...found.values()];
}
