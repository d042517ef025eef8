import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bestHittingSet, type Choice } from "../../../../functions/checks/duplicates/hitting-set.ts";

/** All subsets, judged one by one: fewest dear, then smallest, then first by index. */
function byBruteForce(choices: readonly Choice[], sets: readonly ReadonlySet<number>[]): number[] {
  const subsets = Array.from({ length: 2 ** choices.length }, (_, bits) =>
    choices.map((_, at) => at).filter((at) => bits & (1 << at)),
  );
  const hits = subsets.filter((subset) => sets.every((set) => subset.some((it) => set.has(it))));
  const rank = (subset: readonly number[]) => [
    subset.filter((it) => choices[it]?.dear).length,
    subset.length,
    ...subset,
  ];
  return (
    hits.toSorted((a, b) => {
      const [one, other] = [rank(a), rank(b)];
      return one.map((it, at) => it - (other[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
    })[0] ?? []
  );
}

const problem = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.record({
    choices: fc.array(fc.record({ dear: fc.boolean() }), { minLength: size, maxLength: size }),
    sets: fc.array(
      fc
        .uniqueArray(fc.integer({ min: 0, max: size - 1 }), { minLength: 1, maxLength: size })
        .map((items) => new Set(items)),
      { maxLength: 10 },
    ),
  }),
);

describe("the best hitting set", () => {
  test("is the one that a look at every subset finds", () => {
    fc.assert(
      fc.property(problem, ({ choices, sets }) => {
        expect(bestHittingSet(choices, sets)).toEqual(byBruteForce(choices, sets));
      }),
      { numRuns: 500 },
    );
  });

  test("of nothing to hit is empty, and an empty set cannot be hit", () => {
    expect(bestHittingSet([{ dear: false }], [])).toEqual([]);
    expect(() => bestHittingSet([{ dear: false }], [new Set()])).toThrow("empty set");
  });

  test("two that are cheap rather than one that is dear", () => {
    const choices = [{ dear: false }, { dear: true }, { dear: false }];
    expect(bestHittingSet(choices, [new Set([0, 1]), new Set([1, 2])])).toEqual([0, 2]);
    expect(bestHittingSet(choices, [new Set([1])])).toEqual([1]);
  });
});
