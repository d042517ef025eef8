import type { Decimal } from "../../shared/decimal.ts";

/** Rows and their sum; null where no amount can be read. */
export interface Counted {
  readonly rows: number;
  readonly amount: Decimal | null;
}

/** What a clean view holds: every row is a fact. */
export interface CleanDays {
  /** Days within the window; null: rows that name no day. */
  readonly days: readonly (Counted & { readonly day: string | null })[];
  /** All other days. */
  readonly before: Counted;
}
