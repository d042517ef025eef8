import type { Platform } from "../../shared/config/types.ts";
import type { Decimal } from "../../shared/decimal.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";

/** What was read of one platform, over the business days `firstDay` to `lastDay`, both included. */
export interface Money {
  /** Of the rows of its revenue source that are attributed to it; each order once. Null: none, or none that can be read. */
  readonly revenue: Decimal | null;
  readonly orders: number;
  /** The newest day with orders of the source, whoever brought them. */
  readonly lastRevenueDay: string | null;
  /** Of the latest version of each fact; of all rows where the loader never repeats one. */
  readonly spend: Decimal | null;
  /** Of the rows as they stand. */
  readonly spendRaw: Decimal | null;
  readonly lastSpendDay: string | null;
  /** Return on ad spend to four places, null without spend, and where an amount is in no sum. */
  readonly roas: Decimal | null;
  readonly roasRaw: Decimal | null;
  /** Facts of revenue and of spend whose amount is no NUMERIC or in another currency; they are in no sum. */
  readonly revenueUnreadable: number;
  readonly spendUnreadable: number;
}

export interface Observation {
  readonly platform: Platform;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly money: Money | WarehouseError;
}

export type FindingCode =
  | "no_spend"
  | "no_revenue"
  | "amounts_in_no_sum"
  | "days_differ"
  | "key_too_coarse"
  | "not_checked";

export interface Verdict {
  readonly platform: Platform;
  readonly firstDay: string;
  readonly lastDay: string;
  /** Warning: the ratio is there and misleads. `unknown` is never ok. */
  readonly status: "ok" | "warning" | "unknown";
  readonly finding: { readonly code: FindingCode; readonly text: string } | null;
  /** One sentence: revenue, spend, ROAS, and what the raw table would have said. */
  readonly text: string;
  readonly money: Money | null;
  readonly checked: boolean;
  readonly retry: boolean;
}
