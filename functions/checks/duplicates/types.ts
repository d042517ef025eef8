import type { DedupView } from "../../shared/config/types.ts";
import type { Decimal } from "../../shared/decimal.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { TableColumn } from "../../shared/stores/bigquery/types.ts";
import type { CheckId } from "../registry.ts";
import type { MoneyImpact, Status } from "../result.ts";

/** The view to check and the rows to compare. */
export interface Question {
  readonly view: DedupView;
  /** Columns of the raw table, in their order. */
  readonly columns: readonly TableColumn[];
  /** Contradictions of the key are searched among rows that arrived from here on; null means all rows. */
  readonly from: Date | null;
  /**
   * Used instead of `from`: only rows that came after the last run without a contradiction; all rows if there
   * was none.
   */
  readonly sinceProven?: boolean;
}

/** Money of the rows as they stand, and of one version of each fact. Null if no amount is readable. */
export interface Amounts {
  readonly raw: Decimal | null;
  readonly clean: Decimal | null;
  /** raw − clean, computed by the warehouse. */
  readonly overcounted: Decimal | null;
}

export interface Counts {
  readonly rawRows: number;
  readonly cleanRows: number;
  /** Null if the view has no money. */
  readonly amounts: Amounts | null;
}

export interface DayCounts extends Counts {
  /** `YYYY-MM-DD` in the source's time zone; null for rows without a day. */
  readonly day: string | null;
}

/** Figures of the rows that had arrived by the requested instant, including rows without an arrival. */
export interface Figures extends Counts {
  readonly newestArrival: Date | null;
  /**
   * Rows with an arrival in the future: the view shows them before any other version; no other figure
   * contains them.
   */
  readonly rowsInFuture: number;
  /** Rows that arrived before the range that the next run compares again. */
  readonly settledRows: number;
  /** Rows whose amount is not a NUMERIC; they are in no sum. */
  readonly unreadableAmounts: number;
  /** Rows without an arrival; the view treats them as older than any other version. */
  readonly rowsWithoutArrival: number;
  /** Number of rows with a NULL in a key column, for the columns that have any. */
  readonly keyNulls: Readonly<Record<string, number>>;
  /** Oldest first; empty for a source without business days. */
  readonly days: readonly DayCounts[];
}

/** Groups of rows that contradict the key or the order, and the rows in them. */
export interface Groups {
  readonly groups: number;
  readonly rows: number;
}

/** Contradictions of the key or the order among the compared rows. */
export interface Contradictions {
  readonly rowsCompared: number;
  /** Rows that do not name their sync; they cannot contradict the key. */
  readonly unmarked: number;
  /** Number of syncs that the other rows name. */
  readonly marks: number;
  /** Rows of one sync that share the key and differ: different facts that the view would merge. */
  readonly conflicts: Groups;
  /** Rows that share key, arrival and tie-break and differ: the view would take any of them. */
  readonly ties: Groups;
}

/** How to fix the key. */
export type Advice =
  /** The key is unique with these columns: proved over all compared rows. */
  | {
      readonly kind: "columns";
      readonly add: readonly string[];
      /** Set if finding the smallest set took too long. */
      readonly mayBeSmaller?: true;
    }
  /**
   * Some rows differ only in measures (`differing`), which a key must not contain; `add` separates the
   * others.
   */
  | { readonly kind: "measures_only"; readonly differing: readonly string[]; readonly add: readonly string[] }
  /** The search did not finish; this is its last state. */
  | { readonly kind: "gave_up"; readonly rounds: number; readonly add: readonly string[] };

/** The range of rows in which nothing contradicts the key and the order. */
export interface Proof {
  readonly through: Date;
  /** Fingerprint of key, order, sync mark and columns; a change of any of them needs a new proof. */
  readonly of: string;
  /** Rows that arrived before the range that the next run compares again. */
  readonly settledRows: number;
}

/** An earlier run over a view. */
export interface PastCount {
  readonly at: Date;
  readonly rawRows: number;
  /** Counted by `key`. With another key the number is not comparable, and a lower one is no loss. */
  readonly cleanRows: number;
  readonly key: readonly string[];
  readonly overcounted: Decimal | null;
  readonly proven: Proof | null;
}

/** The facts that were read of one view. */
export interface Observation {
  readonly question: Question;
  readonly figures: Figures | WarehouseError;
  readonly contradictions: Contradictions | WarehouseError;
  /** Null if nothing contradicts the key or the order. */
  readonly advice: Advice | WarehouseError | null;
  /** Oldest first, all before this run. */
  readonly history: readonly PastCount[] | WarehouseError;
}

/**
 * The three checks of a view: whether key and order are right, whether the rows are there, whether the rate
 * of repeats rises.
 */
export const aspects = [
  "duplicate_key",
  "duplicate_rows",
  "duplicate_rate",
] as const satisfies readonly CheckId[];

export type Aspect = (typeof aspects)[number];

export type FindingCode =
  | "key_too_coarse"
  | "order_not_total"
  | "emptied"
  | "clean_rows_lost"
  | "rate_rising"
  | "no_rows"
  | "no_arrival"
  | "arrival_in_future"
  | "no_sync"
  | "table_missing"
  | "no_permission"
  | "too_expensive"
  | "not_checked";

export interface Finding {
  readonly check: Aspect;
  readonly code: FindingCode;
  readonly severity: Exclude<Status, "ok">;
  /** One sentence with its numbers, without the view's name. */
  readonly text: string;
  /** How to fix it, most likely first. */
  readonly actions: readonly string[];
}

/** A finding before its aspect and actions are added. */
export type Wrong = Pick<Finding, "code" | "severity" | "text">;

/** The judgement of one aspect of a view. */
export interface Judgement {
  readonly wrong: readonly Wrong[];
  /** False if the aspect could not be judged: then an earlier finding stays open. */
  readonly isJudged: boolean;
}

export interface Verdict {
  readonly view: DedupView;
  readonly status: Status;
  /** The worst of `findings`; null when nothing is wrong. */
  readonly finding: Finding | null;
  /** All, worst first. */
  readonly findings: readonly Finding[];
  /** Notes for the reader beside the findings. */
  readonly notes: readonly string[];
  readonly figures: Figures | null;
  /** The run before this one, with any key; null if there is none or it cannot be read. */
  readonly previous: PastCount | null;
  readonly contradictions: Contradictions | null;
  readonly proven: Proof | null;
  readonly advice: Advice | null;
  /** Share of repeats among the rows since the last run; null if no row came or there is no earlier run. */
  readonly increment: { readonly rows: number; readonly repeats: number; readonly since: Date } | null;
  /** Money that a sum over the raw table counts more than once. */
  readonly impact: MoneyImpact | null;
  /** How to fix the worst finding, most likely first. */
  readonly actions: readonly string[];
  /** The aspects that could be judged. An earlier finding of any other aspect stays open. */
  readonly judged: Readonly<Record<Aspect, boolean>>;
  /** Whether the check could be made; false makes a failed run. */
  readonly checked: boolean;
  /** True if the check could not be made now and may succeed later. */
  readonly retry: boolean;
}
