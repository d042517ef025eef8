import { absolute, compare, type Decimal, minus, ratioOf } from "../shared/decimal.ts";

/** The allowed difference of two figures. A difference counts only if it is larger than both limits. */
export interface Tolerance {
  /** Money in the sum's currency, or rows. */
  readonly absolute: Decimal;
  /** Share of the larger figure, 0 to 1. */
  readonly relative: number;
}

export interface Difference {
  /** a − b */
  readonly amount: Decimal;
  /** Of the larger of the two, 0 to 1, to nine places; 0 where both are zero. */
  readonly share: number;
  readonly counts: boolean;
}

/** Exact: decimals are compared as they are, and a difference equal to a tolerance is within it. */
export function differenceOf(a: Decimal, b: Decimal, tolerance: Tolerance): Difference {
  const amount = minus(a, b);
  const size = absolute(amount);
  const larger = compare(absolute(a), absolute(b)) >= 0 ? absolute(a) : absolute(b);
  const share = Number(ratioOf(size, larger, 9) ?? "0");
  // A cent in a hundred million rounds to a share of 0, but is larger than a tolerance of 0.
  const isLargerShare = tolerance.relative === 0 || share > tolerance.relative;
  return { amount, share, counts: compare(size, tolerance.absolute) > 0 && isLargerShare };
}
