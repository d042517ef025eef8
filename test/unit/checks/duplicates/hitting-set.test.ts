import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Choice, smallestHittingSet } from "../../../../functions/checks/duplicates/hitting-set.ts";

/** All subsets, judged one by one: fewest dear, then smallest, then first by index. */
function byBruteForce(choices: readonly Choice[], sets: readonly ReadonlySet<number>[]): number[] {
  const subsets = Array.from({ length: 2 ** choices.length }, (_, bits) =>
    choices.map((_, at) => at).filter((at) => bits & (1 << at)),
  );
  const hits = subsets.filter((subset) => sets.every((set) => subset.some((it) => set.has(it))));
  const rank = (subset: readonly number[]) => [
    subset.filter((it) => choices[it]?.costly).length,
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
    choices: fc.array(fc.record({ costly: fc.boolean() }), { minLength: size, maxLength: size }),
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
        expect(smallestHittingSet(choices, sets)).toEqual({
          chosen: byBruteForce(choices, sets),
          isBest: true,
        });
      }),
      { numRuns: 500 },
    );
  });

  test("of nothing to hit is empty, and an empty set cannot be hit", () => {
    expect(smallestHittingSet([{ costly: false }], []).chosen).toEqual([]);
    expect(() => smallestHittingSet([{ costly: false }], [new Set()])).toThrow("empty set");
  });

  test("two that are cheap rather than one that is dear", () => {
    const choices = [{ costly: false }, { costly: true }, { costly: false }];
    expect(smallestHittingSet(choices, [new Set([0, 1]), new Set([1, 2])]).chosen).toEqual([0, 2]);
    expect(smallestHittingSet(choices, [new Set([1])]).chosen).toEqual([1]);
  });

  test("ended by its limit still hits everything, holds nothing needless, and does not say that it is the best", () => {
    const kinds = new Set<boolean>();
    fc.assert(
      fc.property(problem, fc.integer({ min: 0, max: 4 }), ({ choices, sets }, limit) => {
        const { chosen, isBest } = smallestHittingSet(choices, sets, limit);
        kinds.add(isBest);
        const hitsAll = (some: readonly number[]) => sets.every((set) => some.some((it) => set.has(it)));
        expect(hitsAll(chosen)).toBe(true);
        for (const it of chosen) expect(hitsAll(chosen.filter((other) => other !== it))).toBe(false);
        if (isBest) expect(chosen).toEqual(byBruteForce(choices, sets));
      }),
      { numRuns: 500 },
    );
    expect([...kinds].toSorted()).toEqual([false, true]);
  });

  test("of 40 choices and hundreds of pairs looks at no more than the limit allows", () => {
    const choices = Array.from({ length: 40 }, () => ({ costly: false }));
    // Groups of 20 versions that differ by yes or no in 40 columns, at random: each pair in about half of them.
    const [versions] = fc.sample(
      fc.array(fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), { minLength: 200, maxLength: 200 }),
      { numRuns: 1, seed: 7 },
    );
    let pastCounts = 0;
    const sets = Array.from({ length: 10 }, (_, group) =>
      (versions ?? []).slice(20 * group, 20 * group + 20),
    ).flatMap((group) =>
      group.flatMap((one, at) =>
        group.slice(at + 1).map((other) => {
          const set = new Set(one.flatMap((it, column) => (it === other[column] ? [] : [column])));
          return Object.assign(set, {
            has(column: number) {
              pastCounts += 1;
              return Set.prototype.has.call(set, column);
            },
          });
        }),
      ),
    );
    const counted = (limit: number) => {
      pastCounts = 0;
      const { chosen, isBest } = smallestHittingSet(choices, sets, limit);
      expect(sets.every((set) => chosen.some((it) => set.has(it)))).toBe(true);
      return { pastCounts, isBest };
    };
    const [none, some] = [counted(0), counted(100)];
    expect(some.isBest).toBe(false);
    // A step looks at each set and what was chosen so far, and no more.
    expect(some.pastCounts - none.pastCounts).toBeLessThan(100 * sets.length * choices.length);
    expect(smallestHittingSet(choices, sets).chosen.length).toBeLessThan(12);
  });
});
