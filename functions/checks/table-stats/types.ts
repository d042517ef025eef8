import type { Money, TableName } from "../../shared/config/types.ts";
import type { Decimal } from "../../shared/decimal.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";

/** What is to be read of one table, for all checks that need it. */
export interface StatsRequest {
  /** Source id, or the table's name where it is no source. */
  readonly id: string;
  readonly table: TableName;
  readonly timeZone: string;
  /** Null: every row is taken as it is, whenever it came. */
  readonly arrival: string | null;
  readonly businessDate: string | null;
  /** What makes a row one fact; empty: every row is one. */
  readonly key: readonly string[];
  /** Which of two versions that arrived in the same instant counts. */
  readonly tieBreak: readonly string[];
  readonly amount: Amount | null;
  /** Columns that must hold a value. */
  readonly required: readonly string[];
  /** How long after a day its amounts may change; null: nobody says. */
  readonly finalAfterMs: number | null;
  readonly labels: Labels | null;
  /** Whether days before the window are told apart, and each has a checksum of its keys. */
  readonly wholeDays: boolean;
  /** Rows that arrived earlier are not read; null: all are. */
  readonly from: Date | null;
}

export type Amount = Pick<Money, "column" | "jsonPath" | "currency"> & {
  /** Column that says a row's own currency: rows in another one are in no sum. */
  readonly currencyColumn: string | null;
};

/** What rows are told apart by, beside their day. */
export interface Labels {
  /** Who brought a row, by the value of a column; null: all rows are of one platform. */
  readonly platforms: {
    readonly column: string;
    readonly is: readonly { readonly platform: string; readonly values: readonly string[] }[];
  } | null;
  readonly campaign: { readonly column: string; readonly jsonPath: string | null } | null;
}

/** Facts are the latest versions. Amounts are null where none can be read. */
export interface Sums {
  readonly rows: number;
  readonly facts: number;
  /** Of all rows as they stand. */
  readonly raw: Decimal | null;
  /** Of the facts. */
  readonly clean: Decimal | null;
  /** Facts whose amount is there and no NUMERIC; in no sum. */
  readonly unreadable: number;
  /** Facts in another currency than the amount's; in no sum. */
  readonly foreign: number;
  /** Facts without an amount. */
  readonly withoutAmount: number;
}

export interface DayStats extends Sums {
  /** `YYYY-MM-DD` in the table's time zone; null: rows that name no day. */
  readonly day: string | null;
  /** Facts in which a required column is NULL, in the order of `required`. */
  readonly nulls: readonly number[];
  /** Clean sum as it was known when the day became final; null where nobody asks, it is not final yet, or nothing was known. */
  readonly whenFinal: Decimal | null;
  readonly newestArrival: Date | null;
  /** The same for the same keys, in whatever order; null where nobody asks. */
  readonly checksum: string | null;
}

/** Facts of one day by whom they are attributed to. */
export interface LabelStats extends Sums {
  /** Null: a day before the window. */
  readonly day: string | null;
  readonly platform: string | null;
  readonly campaign: string | null;
}

/** What one look at a table says, of rows that had arrived by the instant asked about. */
export interface TableStats {
  readonly request: StatsRequest;
  /** Within the window; all where `wholeDays` is asked. Oldest first, rows without a day before all. */
  readonly days: readonly DayStats[];
  /** All days before those. */
  readonly before: Sums & { readonly nulls: readonly number[] };
  readonly labels: readonly LabelStats[];
  readonly newestArrival: Date | null;
  /** The newest day that is not in the future. */
  readonly newestDay: string | null;
  /** Rows that say they arrive later than now. */
  readonly arrivalsInFuture: number;
  readonly farthestArrival: Date | null;
}

/** What was found out about one table: a reading, or why there is none. */
export type StatsAnswer = TableStats | WarehouseError;

/** The last 30 business days before today, and today. */
export interface Window {
  readonly firstDay: string;
  /** Today: not over yet. */
  readonly lastDay: string;
}
