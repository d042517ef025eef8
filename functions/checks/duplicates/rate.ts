import type { Look } from "./types.ts";

/** What came between two looks. */
export interface Increment {
  readonly since: Date;
  readonly until: Date;
  /** Never less than 1. */
  readonly rows: number;
  /** Rows that are another version of a fact known by then. */
  readonly repeats: number;
}

/** Between each two looks that follow each other; where no row came, or rows went, there is nothing to say. */
export function incrementsOf(looks: readonly Look[]): readonly Increment[] {
  return looks.flatMap((look, at) => {
    const before = looks[at - 1];
    if (before === undefined) return [];
    const rows = look.rawRows - before.rawRows;
    const repeats = rows - (look.cleanRows - before.cleanRows);
    return rows > 0 && repeats >= 0 ? [{ since: before.at, until: look.at, rows, repeats }] : [];
  });
}

export function shareOf({ rows, repeats }: Increment): number {
  return repeats / rows;
}

/** So many earlier increments make a usual one. */
export const usualFrom = 3;

/** Median share of repeats; null where there are too few increments to call anything usual. */
export function usualShare(increments: readonly Increment[]): number | null {
  if (increments.length < usualFrom) return null;
  const shares = increments.map(shareOf).toSorted((a, b) => a - b);
  const middle = shares.length / 2;
  const [low, high] = [shares[Math.ceil(middle) - 1] ?? 0, shares[Math.floor(middle)] ?? 0];
  return (low + high) / 2;
}

const points = 0.1;
const relative = 1.25;
const newFactsLeft = 0.6;
/** Shares are quotients of row counts: equal ones may differ in their last bit. */
const lastBit = 1e-9;

/**
 * Whether a share of repeats has left the usual one: 10 points above it, and either a quarter above it or, since a
 * share ends at 1, with 6 of 10 new facts a row or fewer left. A sync that runs twice halves the new facts a row.
 * Where more than 9 of 10 rows are repeats anyway, nothing rises by 10 points and this says nothing.
 */
export function isRising(share: number, usual: number): boolean {
  const isFar = share - usual >= points - lastBit;
  return isFar && (share >= relative * usual - lastBit || 1 - share <= newFactsLeft * (1 - usual) + lastBit);
}
