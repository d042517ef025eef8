/**
 * Repeatable noise: the same seed, stream and index give the same number on
 * every machine, whatever was asked before.
 * @returns a number in [0, 1)
 */
export function noise(seed: number, stream: string, index: number): number {
  let h = (seed ^ 0x9e3779b9) >>> 0;
  for (let i = 0; i < stream.length; i++) h = Math.imul(h ^ stream.charCodeAt(i), 0x01000193) >>> 0;
  h = Math.imul(h ^ index, 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f) >>> 0;
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Splits a whole number in proportion to `weights`, so that the parts add up to exactly `total`. */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  let cumulative = 0;
  let given = 0;
  return weights.map((weight, i) => {
    cumulative += weight;
    const upTo = i === weights.length - 1 ? total : Math.round((total * cumulative) / sum);
    const part = upTo - given;
    given = upTo;
    return part;
  });
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/**
 * Part `i` of `n` unequal parts of a whole number: between half and one and a
 * half of the mean, adding up to exactly `total`. `shareSql` is the same in SQL.
 */
export function share(total: number, i: number, n: number): number {
  const upTo = (k: number) => Math.floor((total * k * (n + k)) / (2 * n * n));
  return upTo(i + 1) - upTo(i);
}

/** DuckDB SQL of `share`; every argument is an integer expression. */
export function shareSql(total: string, i: string, n: string): string {
  const upTo = (k: string) => `((${total})::BIGINT * (${k}) * ((${n}) + (${k})) // (2 * (${n}) * (${n})))`;
  return `(${upTo(`(${i}) + 1`)} - ${upTo(`(${i})`)})`;
}

/** A prime above any number of slots: multiplying by it permutes them. */
const STRIDE = 1009;

/** A permutation of 0…n−1 that differs by day, so that amounts do not rise through the day. */
export function shuffle(i: number, n: number, day: number): number {
  return (i * STRIDE + day * 131) % n;
}

/** DuckDB SQL of `shuffle`. */
export function shuffleSql(i: string, n: string, day: string): string {
  return `(((${i}) * ${STRIDE} + (${day}) * 131) % (${n}))`;
}

/**
 * Whether thing `i` is one of those chosen when `chosen` of every `of` are: exactly
 * that many of any `of` in a row. DuckDB SQL; true for the chosen.
 */
export function everySql(i: string, chosen: number, of: number): string {
  return `(((${i}) + 1)::BIGINT * ${chosen} // ${of} > (${i})::BIGINT * ${chosen} // ${of})`;
}
