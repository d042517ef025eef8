import type { Source } from "../../shared/config/types.ts";
import type { MoneyImpact, Status } from "../result.ts";

/**
 * - `arrival`: the newest row's arrival column;
 * - `business_date`: the end of the newest business day;
 * - `modified`: the warehouse's modification time of the table.
 */
export type Clock = "arrival" | "business_date" | "modified";

export type FindingCode =
  | "stale"
  | "written_but_nothing_arrived"
  | "arrives_but_business_day_old"
  | "arrival_in_future"
  | "empty"
  | "clock_null"
  | "table_missing"
  | "no_content_clock"
  | "no_permission"
  | "wrong_location"
  | "not_checked";

export interface Finding {
  readonly code: FindingCode;
  /** One sentence without the source's name. */
  readonly text: string;
}

/** The facts that were read of one source; `judge.ts` turns them into a verdict. */
export interface Observation {
  readonly source: Source;
  /** Null if the warehouse lists no such table (for a pattern: no shard of it). */
  readonly metadata: Metadata | null;
  /** Null if the content was not read, because the metadata was enough. */
  readonly content: Content | null;
  /** Set if reading failed; the rest may then be null for that reason alone. */
  readonly failure: Failure | null;
}

export interface Metadata {
  readonly kind: "table" | "view" | "shards";
  /** Time of the last write or edit; for a pattern, of its newest shard. */
  readonly modified: Date;
  /** When the table or the newest shard was created. */
  readonly created: Date;
  /** Row count from the metadata; a view has none. */
  readonly rows: number;
  /** `YYYY-MM-DD` from the name of the newest shard that holds rows; null unless `kind` is `shards`. */
  readonly shardDay: string | null;
}

export interface Content {
  readonly newestArrival: Date | null;
  readonly newestBusinessDay: string | null;
  /** Rows with an arrival in the future. */
  readonly arrivalsInFuture: number;
  readonly farthestArrival: Date | null;
}

export interface Failure {
  readonly code: "no_permission" | "wrong_location" | "table_missing" | "not_checked";
  readonly message: string;
  /** Whether a later attempt can succeed. */
  readonly retry: boolean;
}

export interface Verdict {
  readonly source: Source;
  readonly status: Status;
  readonly arrival: Date | null;
  readonly businessDate: string | null;
  readonly modified: Date | null;
  /** Age of the clock that decided. */
  readonly ageMs: number | null;
  readonly decidedBy: Clock | null;
  readonly finding: Finding | null;
  /** Notes for the reader beside the finding. */
  readonly notes: readonly string[];
  /** All data up to here is visible; null if unknown. */
  readonly visibleThrough: Date | null;
  /** Money that passed and is not visible in the warehouse. */
  readonly impact: MoneyImpact | null;
  /** Whether the check could be made; false makes a failed run. */
  readonly checked: boolean;
  /** True if the check could not be made now and may succeed later: no notice is sent for it yet. */
  readonly retry: boolean;
}

export interface DayMoney {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** Null if no row of the day holds a readable amount. */
  readonly amount: number | null;
  readonly newestArrival: Date;
}
