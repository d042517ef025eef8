import type { Decimal } from "../../shared/decimal.ts";

/** Rows and their sum; null if no amount is readable. */
export interface Counted {
  readonly rows: number;
  readonly amount: Decimal | null;
}

/** The rows of a clean view; every row is a fact. */
export interface CleanDays {
  /** Days within the window; null for rows without a day. */
  readonly days: readonly (Counted & { readonly day: string | null })[];
  /** All other days. */
  readonly before: Counted;
}
