import type { Money, TableName } from "../../shared/config/types.ts";
import type { Decimal } from "../../shared/decimal.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";

/** The request for one table, for all checks that need it. */
export interface StatsRequest {
  /** Source id, or the table's name if it is not a source. */
  readonly id: string;
  readonly table: TableName;
  readonly timeZone: string;
  /** Null if rows have no arrival: then every row is used as it is. */
  readonly arrival: string | null;
  readonly businessDate: string | null;
  /** The columns that identify a fact; empty if every row is a fact. */
  readonly key: readonly string[];
  /** Decides between two versions that arrived in the same instant. */
  readonly tieBreak: readonly string[];
  readonly amount: Amount | null;
  /** Columns that must hold a value. */
  readonly required: readonly string[];
  /** How long after a day its amounts may change; null if unknown. */
  readonly finalAfterMs: number | null;
  readonly labels: Labels | null;
  /** Whether days before the window are kept separate, each with a checksum of its keys. */
  readonly wholeDays: boolean;
  /** Earlier arrivals are not read; null means that all rows are read. */
  readonly from: Date | null;
}

export type Amount = Pick<Money, "column" | "jsonPath" | "currency"> & {
  /** Column with a row's own currency: rows in another currency are in no sum. */
  readonly currencyColumn: string | null;
};

/** Attributes by which rows are grouped, beside their day. */
export interface Labels {
  /** The platform of a row, from the value of a column; null if all rows belong to one platform. */
  readonly platforms: {
    readonly column: string;
    readonly is: readonly { readonly platform: string; readonly values: readonly string[] }[];
  } | null;
  readonly campaign: { readonly column: string; readonly jsonPath: string | null } | null;
}

/** Facts are the latest versions. Amounts are null if none is readable. */
export interface Sums {
  readonly rows: number;
  readonly facts: number;
  /** Of all rows as they stand. */
  readonly raw: Decimal | null;
  /** Of the latest version of each fact. */
  readonly clean: Decimal | null;
  /** Facts whose amount exists and is not a NUMERIC; they are in no sum. */
  readonly unreadable: number;
  /** Facts in another currency than the amount's; in no sum. */
  readonly foreign: number;
  /** Facts without an amount. */
  readonly withoutAmount: number;
}

export interface DayStats extends Sums {
  /** `YYYY-MM-DD` in the table's time zone; null for rows without a day. */
  readonly day: string | null;
  /** Facts in which a required column is NULL, in the order of `required`. */
  readonly nulls: readonly number[];
  /**
   * The clean sum when the day became final; null if it was not requested, the day is not final yet, or the
   * sum is unknown.
   */
  readonly whenFinal: Decimal | null;
  readonly newestArrival: Date | null;
  /** Equal for the same keys in any order; null if it was not requested. */
  readonly checksum: string | null;
}

/** Facts of one day and one attribution. */
export interface LabelStats extends Sums {
  /** Null for a day before the window. */
  readonly day: string | null;
  readonly platform: string | null;
  readonly campaign: string | null;
}

/** The statistics of a table, of rows that had arrived by the requested instant. */
export interface TableStats {
  readonly request: StatsRequest;
  /**
   * Days within the window; all days if `wholeDays` is set. Oldest first; rows without a day come before all.
   */
  readonly days: readonly DayStats[];
  /** All days before those. */
  readonly before: Sums & { readonly nulls: readonly number[] };
  readonly labels: readonly LabelStats[];
  readonly newestArrival: Date | null;
  /** The newest day that is not in the future. */
  readonly newestDay: string | null;
  /** Rows with an arrival in the future. */
  readonly arrivalsInFuture: number;
  readonly farthestArrival: Date | null;
}

/** The statistics of one table, or why there are none. */
export type StatsAnswer = TableStats | WarehouseError;

/** The last 30 business days before today, and today. */
export interface Window {
  readonly firstDay: string;
  /** Today, which is not over yet. */
  readonly lastDay: string;
}
