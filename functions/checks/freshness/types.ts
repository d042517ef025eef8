import type { Source } from "../../shared/config/types.ts";
import type { Status } from "../result.ts";

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

/** What was seen of one source; `judge.ts` makes a verdict of it. */
export interface Observation {
  readonly source: Source;
  /** Null when the warehouse lists no such table (for a pattern: no shard of it). */
  readonly metadata: Metadata | null;
  /** Null when the content was not read, because the metadata was enough. */
  readonly content: Content | null;
  /** Set when looking failed; the rest may then be null for that reason alone. */
  readonly failure: Failure | null;
}

export interface Metadata {
  readonly kind: "table" | "view" | "shards";
  /** Last write or edit; of a pattern, of its newest shard. */
  readonly modified: Date;
  /** Of the newest shard: when it was made. */
  readonly created: Date;
  /** Rows by the metadata; a view has none. */
  readonly rows: number;
  /** `YYYY-MM-DD` of the newest shard that holds rows, by its name; null unless `kind` is `shards`. */
  readonly shardDay: string | null;
}

export interface Content {
  readonly newestArrival: Date | null;
  readonly newestBusinessDay: string | null;
  /** Rows that say they arrive later than now. */
  readonly arrivalsInFuture: number;
  readonly farthestArrival: Date | null;
}

export interface Failure {
  readonly code: "no_permission" | "wrong_location" | "table_missing" | "not_checked";
  readonly message: string;
  /** Whether looking again later can succeed. */
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
  /** What a reader should know beside the finding. */
  readonly notes: readonly string[];
  /** Everything up to here can be seen; null when nobody can tell. */
  readonly visibleThrough: Date | null;
  readonly impact: Impact | null;
  /** Whether the check could be made; a false one is a failed run. */
  readonly checked: boolean;
  /** A check that could not be made just now, and may be later: no news for anybody yet. */
  readonly retry: boolean;
}

/** Money that passed and cannot be seen in the warehouse. */
export interface Impact {
  readonly amount: number;
  readonly low: number;
  readonly high: number;
  readonly currency: string;
  readonly kind: "spend" | "revenue";
  /** How the estimate was made, one sentence. */
  readonly basis: string;
}

export interface DayMoney {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** Null where no row of the day holds an amount that can be read. */
  readonly amount: number | null;
  readonly newestArrival: Date;
}
