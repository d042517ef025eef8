import type { PastCount } from "./types.ts";

/** The rows that came between two runs. */
export interface Increment {
  readonly since: Date;
  readonly until: Date;
  /** Never less than 1. */
  readonly rows: number;
  /** Rows that are another version of an already known fact. */
  readonly repeats: number;
}

/** The increments between consecutive runs; a run without new rows, or with fewer rows, gives none. */
export function incrementsOf(pastCounts: readonly PastCount[]): readonly Increment[] {
  return pastCounts.flatMap((look, at) => {
    const before = pastCounts[at - 1];
    if (before === undefined) return [];
    const rows = look.rawRows - before.rawRows;
    const repeats = rows - (look.cleanRows - before.cleanRows);
    return rows > 0 && repeats >= 0 ? [{ since: before.at, until: look.at, rows, repeats }] : [];
  });
}

export function shareOf({ rows, repeats }: Increment): number {
  return repeats / rows;
}

/** Number of earlier increments that are needed for a usual share. */
export const minHistory = 3;

/** Median share of repeats; null if there are too few increments. */
export function medianShare(increments: readonly Increment[]): number | null {
  if (increments.length < minHistory) return null;
  const shares = increments.map(shareOf).toSorted((a, b) => a - b);
  const middle = shares.length / 2;
  const [low, high] = [shares[Math.ceil(middle) - 1] ?? 0, shares[Math.floor(middle)] ?? 0];
  return (low + high) / 2;
}

const points = 0.1;
const relative = 1.25;
const newFactsLeft = 0.6;
/** Shares are quotients of row counts; equal ones may differ in the last bit. */
const lastBit = 1e-9;

/**
 * Whether a share of repeats has left the usual range: 10 points above the usual share, and either a quarter
 * above it or, because a share ends at 1, with 6 of 10 new facts per row or fewer left. A sync that runs
 * twice halves the new facts per row. If more than 9 of 10 rows are usually repeats, a rise of 10 points is
 * impossible and this is never true.
 */
export function isRising(share: number, usual: number): boolean {
  const isFar = share - usual >= points - lastBit;
  return isFar && (share >= relative * usual - lastBit || 1 - share <= newFactsLeft * (1 - usual) + lastBit);
}
