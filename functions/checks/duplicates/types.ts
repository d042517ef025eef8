import type { DedupView } from "../../shared/config/types.ts";
import type { Decimal } from "../../shared/decimal.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { TableColumn } from "../../shared/stores/bigquery/types.ts";
import type { CheckId } from "../registry.ts";
import type { Status } from "../result.ts";

/** What is to be looked at. */
export interface Question {
  readonly view: DedupView;
  /** Of the raw table, in their order. */
  readonly columns: readonly TableColumn[];
  /** Contradictions of the key are looked for among rows that arrived from here on; null: among all. */
  readonly from: Date | null;
  /** Instead of `from`: among rows that came since nothing was found against the key; among all where that was never so. */
  readonly sinceProven?: boolean;
}

/** Money of the rows as they stand, and of one version of each fact. Null: no amount could be read. */
export interface Amounts {
  readonly raw: Decimal | null;
  readonly clean: Decimal | null;
  /** raw − clean, worked out by the warehouse. */
  readonly overcounted: Decimal | null;
}

export interface Counts {
  readonly rawRows: number;
  readonly cleanRows: number;
  /** Null where the view has no money. */
  readonly amounts: Amounts | null;
}

export interface DayCounts extends Counts {
  /** `YYYY-MM-DD` in the source's time zone; null: rows that name no day. */
  readonly day: string | null;
}

/** What the rows that had arrived by the instant asked about say; rows without an arrival are among them. */
export interface Figures extends Counts {
  readonly newestArrival: Date | null;
  /** Rows that say they arrive later than now: they are in the view, before any other version, and in no other figure. */
  readonly rowsInFuture: number;
  /** Rows that arrived before what the next look looks at again. */
  readonly settledRows: number;
  /** Rows whose amount is no NUMERIC; they are in no sum. */
  readonly unreadableAmounts: number;
  /** Rows without an arrival: in the view they are older than any other version. */
  readonly rowsWithoutArrival: number;
  /** Rows with a NULL in a key column, by column; only those that have any. */
  readonly keyNulls: Readonly<Record<string, number>>;
  /** Oldest first; empty for a source without business days. */
  readonly days: readonly DayCounts[];
}

/** Groups of rows that cannot be what they are taken for, and the rows in them. */
export interface Groups {
  readonly groups: number;
  readonly rows: number;
}

/** What contradicts the key or the order, among the rows that were looked at. */
export interface Contradictions {
  readonly lookedAt: number;
  /** Rows that do not say which sync brought them; none of them can contradict the key. */
  readonly unmarked: number;
  /** Syncs that the others say they came with. */
  readonly marks: number;
  /** Rows of one sync that share the key and differ: different facts that the view would merge. */
  readonly conflicts: Groups;
  /** Rows that share key, arrival and tie-break and differ: the view would take any of them. */
  readonly ties: Groups;
}

/** What would mend the key. */
export type Advice =
  /** With these columns the key is true: proved over all rows that were looked at. */
  | {
      readonly kind: "columns";
      readonly add: readonly string[];
      /** Where finding the smallest set took too long. */
      readonly mayBeSmaller?: true;
    }
  /** Some rows differ only in measures (`differing`), which no key may hold; `add` tells the others apart. */
  | { readonly kind: "measures_only"; readonly differing: readonly string[]; readonly add: readonly string[] }
  /** The search did not come to an end; what it had by then. */
  | { readonly kind: "gave_up"; readonly rounds: number; readonly add: readonly string[] };

/** Up to where a key and an order were looked at, with nothing against them. */
export interface Proof {
  readonly through: Date;
  /** Of all that the proof is about: another key, order, mark of the sync or set of columns is another proof. */
  readonly of: string;
  /** Rows that had arrived before what the next look looks at again. */
  readonly settledRows: number;
}

/** An earlier look at a view. */
export interface Look {
  readonly at: Date;
  readonly rawRows: number;
  /** By `key`: clean rows by another one are another number, and nothing was lost. */
  readonly cleanRows: number;
  readonly key: readonly string[];
  readonly overcounted: Decimal | null;
  readonly proven: Proof | null;
}

/** What was found out about one view. */
export interface Observation {
  readonly question: Question;
  readonly figures: Figures | WarehouseError;
  readonly contradictions: Contradictions | WarehouseError;
  /** Null where nothing contradicts the key or the order. */
  readonly advice: Advice | WarehouseError | null;
  /** Oldest first, strictly before this one. */
  readonly history: readonly Look[] | WarehouseError;
}

/** What is asked of a view's rows, each a check by itself: are key and order true, are the rows there, does the rate of repeats rise. */
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
  /** How to mend it, most likely first. */
  readonly actions: readonly string[];
}

/** A finding before it is said what was asked, and how to mend it. */
export type Wrong = Pick<Finding, "code" | "severity" | "text">;

/** Money counted more than once by whoever sums the raw table. */
export interface Impact {
  readonly amount: number;
  readonly low: number;
  readonly high: number;
  readonly currency: string;
  readonly kind: "spend" | "revenue";
  /** How it was worked out, one sentence. */
  readonly basis: string;
}

export interface Verdict {
  readonly view: DedupView;
  readonly status: Status;
  /** The worst of `findings`; null when nothing is wrong. */
  readonly finding: Finding | null;
  /** All, worst first. */
  readonly findings: readonly Finding[];
  /** What a reader should know beside the findings. */
  readonly notes: readonly string[];
  readonly figures: Figures | null;
  /** The last look before this one, by whatever key; null when nobody looked, or that cannot be read. */
  readonly previous: Look | null;
  readonly contradictions: Contradictions | null;
  readonly proven: Proof | null;
  readonly advice: Advice | null;
  /** Of the rows that came since the last look, the share that are repeats; null when none came or nobody looked before. */
  readonly increment: { readonly rows: number; readonly repeats: number; readonly since: Date } | null;
  readonly impact: Impact | null;
  /** How to mend the worst finding, most likely first. */
  readonly actions: readonly string[];
  /** What could really be told at this look: of anything else no earlier finding is over because it was not found again. */
  readonly judged: Readonly<Record<Aspect, boolean>>;
  /** Whether the check could be made; a false one is a failed run. */
  readonly checked: boolean;
  /** A check that could not be made just now, and may be later. */
  readonly retry: boolean;
}
